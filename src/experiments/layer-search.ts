import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { otherAxis, type Axis } from '../science/item.ts';
import {
  carefulChoice,
  paperChoice,
  worthALook,
  type CarefulChoice,
  type PaperChoice,
  type SearchCell,
} from '../science/layer-choice.ts';
import type { PushManner } from '../science/push.ts';
import { pairedShift } from '../science/shift.ts';
import { meanKl, perplexityRatio } from '../science/side-effects.ts';
import type { Manner } from './asking.ts';
import type { NeutralReader, PassageSet } from './neutral.ts';
import { axisOf, vectorPush, type RecordedPush } from './push.ts';
import type { ScenarioSet } from './scenarios.ts';
import { storedProbe } from './stored-probe.ts';

/** Strengths of the usual grid, in units of the layer's mean residual norm; the smallest is tried at every layer. */
export const SEARCH_STRENGTHS: readonly number[] = [0.05, 0.1, 0.15, 0.2];

export interface SearchSpec extends Manner {
  /** The vectors that are tried: those of one axis. */
  readonly set: VectorSet;
  readonly manner: PushManner;
  readonly layers: readonly number[];
  /** The strength nearest to 0 is tried at every layer, the others only at layers worth a closer look. */
  readonly strengths: readonly number[];
  /** Layers that get a closer look. */
  readonly closer: number;
  /** Training dilemmas; those behind the ones that the vectors were learned from are asked (see `searchDilemmas`). */
  readonly training: ScenarioSet;
  /** So many dilemmas of each axis at most. */
  readonly limit: number;
  readonly passages: PassageSet;
  /** So many neutral passages for each cell. */
  readonly passageLimit: number;
  readonly seed: number;
}

/** Dilemmas of a search. */
export interface SearchDilemmas {
  readonly own: readonly Dilemma[];
  readonly other: readonly Dilemma[];
  /** Whether the vectors were learned from other dilemmas than these. */
  readonly apart: boolean;
}

/** What was found so far, and how far it is. */
export interface SearchProgress {
  readonly cells: readonly SearchCell[];
  /** Questions and passages. */
  readonly done: number;
  readonly total: number;
  /** How much of `done` was there before and cost no time now. */
  readonly stored: number;
}

export interface SearchOutcome {
  readonly axis: Axis;
  readonly cells: readonly SearchCell[];
  readonly paper: PaperChoice | undefined;
  readonly careful: CarefulChoice | undefined;
  readonly dilemmas: SearchDilemmas;
}

export interface SearchOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/**
 * The training dilemmas that a search asks: the first of each axis behind those that the vectors were learned from, so
 * that a vector is not tried on what it was made of. Where these do not go round (fewer than two for every item of the
 * axis), the first ones of the file, and `apart` says so.
 */
export function searchDilemmas(
  { set, training, limit }: Pick<SearchSpec, 'set' | 'training' | 'limit'>,
  axis: Axis,
): SearchDilemmas {
  const learned = set.data.sha256 === training.sha256 ? set.data.n : 0;
  const behind = training.dilemmas.slice(learned);
  const ofAxis = (from: readonly Dilemma[], own: boolean): Dilemma[] =>
    from.filter((dilemma) => (dilemma.axis === axis) === own).slice(0, limit);
  const counts = new Map<string, number>();
  for (const { wvsId } of ofAxis(behind, true)) counts.set(wvsId, (counts.get(wvsId) ?? 0) + 1);
  const items = new Set(ofAxis(training.dilemmas, true).map(({ wvsId }) => wvsId));
  const apart = [...items].every((item) => (counts.get(item) ?? 0) > 1);
  const from = apart ? behind : training.dilemmas;
  return { own: ofAxis(from, true), other: ofAxis(from, false), apart };
}

/** How the smallest strength is told: the one nearest to 0. Throws RangeError where there is none but 0. */
export function smallest(strengths: readonly number[]): number {
  const pushed = strengths.filter((strength) => strength !== 0);
  if (pushed.length === 0) throw new RangeError('A search needs a strength that pushes.');
  return pushed.reduce((least, one) => (Math.abs(one) < Math.abs(least) ? one : least));
}

/** The most questions and passages that a search can ask: its cost before it begins. */
export function searchCost(spec: SearchSpec, { own, other }: SearchDilemmas): number {
  const { layers, strengths, passages, closer } = spec;
  const read = Math.min(spec.passageLimit, passages.passages.length);
  const looked = Math.min(closer, layers.length);
  const more = strengths.filter((strength) => strength !== 0).length - 1;
  return (
    own.length +
    other.length +
    read +
    layers.length * (own.length + read) +
    looked * (other.length + more * (own.length + other.length + read))
  );
}

/**
 * Searches layer and strength for the vectors of one axis on training dilemmas. First every layer at the smallest strength
 * on the axis's own dilemmas: what the paper's rule wants. Then the layers worth a closer look at every strength, now with
 * the other axis's dilemmas, too. So the cost is layers · n + closer · strengths · 2n questions, not layers · strengths ·
 * 2n. Each cell is a stored run: what is there is not asked again, and whatever stops the search, it goes on there.
 * @throws LeewayError request-invalid for vectors of no axis; as `storedProbe` and `NeutralReader.read` do.
 */
export async function searchLayers(
  engine: Engine,
  store: RunStore,
  reader: NeutralReader,
  spec: SearchSpec,
  { signal, onProgress }: SearchOptions,
): Promise<SearchOutcome> {
  const { set, manner, layers, strengths, closer, training, passages, passageLimit, seed, protocol } = spec;
  const axis = axisOf(set);
  if (!axis)
    throw new LeewayError(
      'request-invalid',
      'A search needs vectors that were made for one of the axes.',
      'Learn the vectors of an axis first.',
    );
  const dilemmas = searchDilemmas(spec, axis);
  const { own, other } = dilemmas;
  const total = searchCost(spec, dilemmas);
  const least = smallest(strengths);
  let done = 0;
  let stored = 0;
  let cells: readonly SearchCell[] = [];

  /** Counts what a part answers; what was there before comes at once. */
  const counting = (): ((answers: readonly unknown[], fresh: boolean) => void) => {
    let before = 0;
    return (answers, fresh) => {
      const more = answers.length - before;
      before = answers.length;
      done += more;
      if (!fresh) stored += more;
      onProgress?.({ cells, done, total, stored });
    };
  };
  const ask = (
    among: readonly Dilemma[],
    pushes: readonly RecordedPush[],
  ): Promise<readonly StoredAnswer[]> =>
    storedProbe(
      engine,
      store,
      { scenarios: training, among, protocol, labels: spec.labels, system: spec.system, seed, pushes },
      { signal, onAnswers: counting() },
    );
  const read = (pushes: readonly RecordedPush[]) =>
    reader.read({ passages, limit: passageLimit, seed, pushes }, { signal, onAnswers: counting() });

  const plainRead = await read([]);
  const plain = await ask([...own, ...other], []);

  async function measure(layer: number, strength: number, close: boolean): Promise<void> {
    const push = vectorPush(set, layer, strength, manner);
    if (!push || !axis) return;
    const readings = await read([push]);
    const answers = [...(await ask(own, [push])), ...(close ? await ask(other, [push]) : [])];
    const shifts = pairedShift(plain, answers, { seed });
    const cell: SearchCell = {
      layer,
      strength,
      shift: shifts[axis],
      drift: shifts[otherAxis(axis)],
      perplexity: perplexityRatio(plainRead, readings, { seed }),
      kl: meanKl(readings, { seed }),
    };
    cells = [...cells.filter((one) => one.layer !== layer || one.strength !== strength), cell];
    onProgress?.({ cells, done, total, stored });
  }

  for (const layer of layers) await measure(layer, least, false);
  for (const layer of worthALook(cells, closer)) {
    // Own answers and passages of the smallest strength are taken up again: they count once.
    done -= own.length + plainRead.length;
    stored -= own.length + plainRead.length;
    for (const strength of strengths.filter((one) => one !== 0)) await measure(layer, strength, true);
  }
  return { axis, cells, paper: paperChoice(cells, least), careful: carefulChoice(cells), dilemmas };
}
