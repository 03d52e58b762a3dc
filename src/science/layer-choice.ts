import type { Estimate } from './axis-estimate.ts';
import { breaksOf } from './breaking.ts';
import type { SideEffects } from './side-effects.ts';

/**
 * The paper's choice of layers (Dang & Masud, arXiv 2605.26365): every layer is steered at one small strength on training
 * dilemmas, and the `count` layers whose shift toward the high pole is largest are kept.
 * @param shifts shift of the axis by layer, nats
 * @returns layer numbers from 0, ascending
 */
export function topLayers(shifts: readonly number[], count = 4): number[] {
  return strongest(
    shifts.map((shift, layer) => ({ shift, layer })),
    count,
  );
}

const strongest = (
  cells: readonly { readonly layer: number; readonly shift: number }[],
  count: number,
): number[] =>
  [...cells]
    .sort((a, b) => b.shift - a.shift || a.layer - b.layer)
    .slice(0, count)
    .map(({ layer }) => layer)
    .sort((a, b) => a - b);

/** One layer and strength of a search, measured on training dilemmas as far as it was. */
export interface SearchCell extends SideEffects {
  readonly layer: number;
  /** Positive: toward the high pole. */
  readonly strength: number;
  /** Shift of the axis that the vectors were made for, nats. */
  readonly shift?: Estimate | undefined;
  /** Shift of the other axis, nats; only measured where the layer was worth a closer look. */
  readonly drift?: Estimate | undefined;
}

/** How far the shift goes the way of the push, at the least: its interval's bound nearer to the low end, signed by the strength. */
export function surely({ shift, strength }: Pick<SearchCell, 'shift' | 'strength'>): number | undefined {
  if (!shift?.interval) return undefined;
  return strength < 0 ? -shift.interval.high : shift.interval.low;
}

/** The shift toward where the push points. */
const along = ({ shift, strength }: SearchCell): number =>
  shift ? Math.sign(strength) * shift.mean : -Infinity;

/** The paper's choice among the cells of a search: the top layers of those at one strength. */
export interface PaperChoice {
  readonly rule: 'paper';
  readonly layers: readonly number[];
  readonly strength: number;
  /** Layers it chose among. */
  readonly among: number;
}

/** `topLayers` over the cells at one strength; undefined where none was measured. */
export function paperChoice(
  cells: readonly SearchCell[],
  strength: number,
  count = 4,
): PaperChoice | undefined {
  const measured = cells.filter((cell) => cell.strength === strength && cell.shift);
  if (measured.length === 0) return undefined;
  const shifts = measured.map((cell) => ({ layer: cell.layer, shift: along(cell) }));
  return { rule: 'paper', layers: strongest(shifts, count), strength, among: measured.length };
}

/** The careful choice, with what it was weighed by. */
export interface CarefulChoice {
  readonly rule: 'careful';
  readonly cell: SearchCell;
  /** Nats: the sure part of the shift minus the drift. */
  readonly score: number;
  readonly surely: number;
  /** Absolute shift of the other axis. */
  readonly drift: number;
  /** Nats of shift for each nat that a token of plain prose became less likely; Infinity where none did. */
  readonly shiftPerDamage: number | undefined;
  /** Cells it chose among, those left out because they break the model, and those left out as not wholly measured. */
  readonly among: number;
  readonly broken: number;
  readonly unmeasured: number;
  /** Cells whose interval lies wholly on the side of the push. */
  readonly clear: number;
  /** The next best one. */
  readonly second?: { readonly layer: number; readonly strength: number; readonly score: number } | undefined;
}

/**
 * The careful choice: among the cells that do not break the model (see `breaksOf`) and whose drift was measured, the one
 * with the largest sure shift minus drift, where the sure shift is the bound of the 95 % interval nearer to no shift and
 * the drift the absolute shift of the other axis. The bound in place of the mean asks for shifts that do not hang on a few
 * dilemmas; equal scores fall to the weaker push, then to the earlier layer. The best of many cells looks better than it
 * is (the winner's curse), whatever the rule: its shift on the dilemmas it was chosen on is no result.
 */
export function carefulChoice(cells: readonly SearchCell[]): CarefulChoice | undefined {
  const pushed = cells.filter(({ strength }) => strength !== 0);
  const whole = pushed.filter((cell) => surely(cell) !== undefined && cell.drift);
  const sound = whole.filter((cell) => breaksOf(cell).length === 0);
  const scored = sound
    .map((cell) => {
      const [sure, drift] = [surely(cell) ?? NaN, Math.abs(cell.drift?.mean ?? NaN)];
      return { cell, surely: sure, drift, score: sure - drift };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        Math.abs(a.cell.strength) - Math.abs(b.cell.strength) ||
        a.cell.layer - b.cell.layer,
    );
  const [best, second] = scored;
  if (!best) return undefined;
  return {
    rule: 'careful',
    ...best,
    shiftPerDamage: shiftPerDamage(best.cell),
    among: sound.length,
    broken: whole.length - sound.length,
    unmeasured: pushed.length - whole.length,
    clear: sound.filter((cell) => (surely(cell) ?? 0) > 0).length,
    second: second && { layer: second.cell.layer, strength: second.cell.strength, score: second.score },
  };
}

/**
 * Shift toward where the push points, over what it costs: nats of log-odds for each nat by which a token of neutral prose
 * became less likely. Infinity where prose became no less likely; undefined while one of both is not measured.
 */
export function shiftPerDamage(cell: SearchCell): number | undefined {
  if (!cell.shift || !cell.perplexity) return undefined;
  const damage = Math.log(cell.perplexity.mean);
  return damage <= 0 ? Infinity : along(cell) / damage;
}

/**
 * The layers worth a closer look: those whose shift at the small strength goes furthest the way of the push by its sure
 * part, with the mean to tell where no interval is. A layer that does nothing at a small strength seldom does at a larger
 * one, and each one left out saves all its strengths.
 */
export function worthALook(cells: readonly SearchCell[], count: number): number[] {
  return strongest(
    cells.map((cell) => ({ layer: cell.layer, shift: surely(cell) ?? along(cell) })),
    count,
  );
}
