import { BREAKS_FROM, breaksOf } from '../../../science/breaking.ts';
import type { Estimate } from '../../../science/axis-estimate.ts';
import { otherAxis, type Axis } from '../../../science/item.ts';
import {
  shiftPerDamage,
  type CarefulChoice,
  type PaperChoice,
  type SearchCell,
} from '../../../science/layer-choice.ts';
import { signed } from '../../runs/run-words.ts';
import { times } from '../../steer/side-effect-words.ts';
import { AXIS_WORDS, axisName } from '../../words.ts';

/** An estimate with its interval and n: "+0.10 [0.05, 0.15], n = 30". */
const estimateWords = ({ mean, interval, n }: Estimate, format: (value: number) => string): string =>
  `${format(mean)}${interval ? ` [${format(interval.low)}, ${format(interval.high)}]` : ''}, n = ${n}`;

export const strengthWords = (strength: number): string =>
  `${strength.toLocaleString('en', { maximumFractionDigits: 3 })}×`;

const listed = (layers: readonly number[]): string =>
  layers.length < 2 ? layers.join('') : `${layers.slice(0, -1).join(', ')} and ${layers.at(-1)}`;

/** What one cell showed, line by line. */
export function cellLines(cell: SearchCell, axis: Axis): readonly (readonly [string, string])[] {
  const none = 'not measured: this layer got no closer look';
  const damage = (cell.perplexity?.interval?.low ?? 0) > 1 ? shiftPerDamage(cell) : undefined;
  return [
    [`Shift, ${axisName(axis).toLowerCase()}`, cell.shift ? estimateWords(cell.shift, signed) : none],
    [
      `Drift, ${axisName(otherAxis(axis)).toLowerCase()}`,
      cell.drift ? estimateWords(cell.drift, signed) : none,
    ],
    ['Perplexity of plain prose', cell.perplexity ? estimateWords(cell.perplexity, times) : none],
    [
      'Drift of the next word',
      cell.kl ? `${estimateWords(cell.kl, (value) => value.toFixed(3))} passages, in nats` : none,
    ],
    [
      'Shift for the damage',
      damage === undefined
        ? 'no clear damage to set it against'
        : `${signed(damage)} log-odds for each nat that a word of prose became less likely`,
    ],
  ];
}

/** What the paper's rule says of this search. */
export const paperSentence = ({ layers, strength, among }: PaperChoice): string =>
  `The paper’s rule: of ${among} layers at ${strengthWords(strength)}, the ${layers.length} that move the axis furthest, pushed together: ${listed(layers)}. It looks at no interval, at no drift and at no harm.`;

/** What the careful rule says, and why. */
export function carefulSentence(choice: CarefulChoice, axis: Axis): string {
  const { cell, surely, drift, score, among, broken, clear, second } = choice;
  const toward = AXIS_WORDS[axis][cell.strength < 0 ? 'low' : 'high'];
  const found =
    clear === 0
      ? `The careful rule: no cell moves the axis toward ${toward} for sure; the least bad is layer ${cell.layer} at ${strengthWords(cell.strength)}.`
      : `The careful rule: layer ${cell.layer} at ${strengthWords(cell.strength)}.`;
  const sure =
    surely > 0
      ? `With 95 % confidence it moves at least ${surely.toFixed(2)} toward ${toward}`
      : `Its shift may be nothing at all (the sure part is ${signed(surely)})`;
  const left =
    broken > 0
      ? `; ${broken} more ${broken === 1 ? 'was left out because it breaks' : 'were left out because they break'} the model`
      : '; none breaks the model';
  const next = second
    ? ` Next best is layer ${second.layer} at ${strengthWords(second.strength)} (${signed(second.score)}).`
    : '';
  return `${found} ${sure} and drifts ${drift.toFixed(2)} on the other axis; the difference, ${signed(score)}, is the largest of ${among} cells that were measured on both axes${left}.${clear > 0 ? ` Of these, ${clear} move${clear === 1 ? 's' : ''} the axis for sure.` : ''}${next}`;
}

/** What no rule can mend. */
export const CURSE =
  'The best of many cells looks better than it is, whatever the rule (the winner’s curse). Its figure here is no result: “Use this layer and strength” measures it on the test dilemmas, which neither the vectors nor the choice have seen.';

export const BREAK_RULE = `✕ marks a cell that breaks the model: the lower bound of its perplexity ratio is above ${BREAKS_FROM}.`;

/** The sign of a cell, where it has one. */
export function markOf(
  cell: SearchCell,
  careful: CarefulChoice | undefined,
  paper: PaperChoice | undefined,
): { readonly sign: string; readonly words: string } | undefined {
  const marks = [
    breaksOf(cell).length > 0 ? (['✕', 'breaks the model'] as const) : undefined,
    careful?.cell.layer === cell.layer && careful.cell.strength === cell.strength
      ? (['★', 'chosen by the careful rule'] as const)
      : undefined,
    paper?.strength === cell.strength && paper.layers.includes(cell.layer)
      ? (['▸', 'chosen by the paper’s rule'] as const)
      : undefined,
  ].filter((mark) => mark !== undefined);
  return marks.length === 0
    ? undefined
    : { sign: marks.map(([sign]) => sign).join(''), words: marks.map(([, words]) => words).join(', ') };
}
