import type { HeatCell } from '../../charts/heat-cell.ts';
import { asFar, cellVerdict, NULLS_NEEDED, type CellVerdict } from '../../science/response/cell-verdict.ts';
import type { CellDetail } from '../../science/response/cell-detail.ts';
import type { ResponseCell } from '../../science/response/matrix.ts';
import type { Null } from '../../science/response/null.ts';
import { intervalWords, probabilityWords, signed } from '../runs/run-words.ts';

const VERDICT_WORDS: Readonly<Record<Exclude<CellVerdict, 'nothing'>, string>> = {
  alone: 'By itself it is beyond chance; among so many cells one such is to be expected, so it gets no mark.',
  'chance untried': `It stands among all cells of its table (○). Fewer than ${NULLS_NEEDED} random vectors were tried, too few to hold it against.`,
  sure: 'It stands among all cells of its table, and beats random vectors (●).',
};

/** Why a cell may be nothing, in a few words. */
const doubtOf = ({ interval }: ResponseCell): string => {
  if (!interval) return 'too few dilemmas for an interval';
  return interval.low <= 0 && interval.high >= 0
    ? 'its 95 % interval holds zero'
    : 'random vectors do as much';
};

/** What is said of a cell in full. */
export function verdictSentence(cell: ResponseCell): string {
  const verdict = cellVerdict(cell);
  return verdict === 'nothing' ? `This may be nothing: ${doubtOf(cell)}.` : VERDICT_WORDS[verdict];
}

const MARKS: Readonly<Partial<Record<CellVerdict, NonNullable<HeatCell['marked']>>>> = {
  sure: { sign: '●', words: 'beyond chance among all cells' },
  'chance untried': { sign: '○', words: 'beyond zero among all cells, chance not tried enough' },
};

export const pWords = (p: number): string => `p ${p < 0.001 ? '' : '= '}${probabilityWords(p)}`;

/** A cell as the heatmap shows it. */
export function heatCell(cell: ResponseCell | undefined): HeatCell | undefined {
  if (!cell) return undefined;
  const { mean: value, n, interval, test, adjusted, null: chance } = cell;
  const verdict = cellVerdict(cell);
  return {
    ...{ value, n, low: interval?.low, high: interval?.high, marked: MARKS[verdict] },
    muted: verdict === 'nothing' ? doubtOf(cell) : false,
    notes: [
      test ? pWords(test.p) : '',
      adjusted === undefined ? '' : `among all cells ${pWords(adjusted)}`,
      chance ? `beside ${chance.n} random vectors ${pWords(chance.p)}` : '',
    ]
      .filter(Boolean)
      .join(', '),
  };
}

/** Where a slope stands among vectors without a meaning. */
function nullWords(chance: Null, what: string): string {
  const k = asFar(chance);
  const place = k === 0 ? `larger than all ${chance.n} ${what}` : `${k} of ${chance.n} ${what} went as far`;
  return `${place}, ${pWords(chance.p)}; the middle 95 % of them: ${signed(chance.low)} to ${signed(chance.high)}`;
}

/** A cell's figures, each with its name. */
export function detailLines({
  cell,
  curve,
  range,
  most,
}: CellDetail): readonly (readonly [string, string])[] {
  const { mean, n, test, adjusted, null: chance, shuffled } = cell;
  const last = curve?.points.at(-1);
  const patterns = test?.flips.toLocaleString('en') ?? '';
  return [
    ['Slope, log-odds per unit of strength', `${signed(mean)} ${intervalWords(cell)}, n = ${n} dilemmas`],
    ...(last
      ? [
          [
            'The strongest push that was tried',
            `at ${signed(last.strength)} it had moved by ${signed(last.shift.mean)} ${intervalWords(last.shift)}`,
          ] as const,
        ]
      : []),
    [
      'A straight line',
      range < most
        ? `up to ±${range}; stronger pushes bend and are left out of the slope`
        : `as far as was tried, ±${most}`,
    ],
    ...(test
      ? [
          [
            'If signs were dealt by chance',
            `${pWords(test.p)}, ${test.exact ? `all ${patterns}` : patterns} sign patterns tried`,
          ] as const,
        ]
      : []),
    ...(adjusted === undefined
      ? []
      : [['Corrected for all cells of the table (Holm)', pWords(adjusted)] as const]),
    [
      'Beside random vectors of the same length',
      chance ? nullWords(chance, 'random vectors') : 'none were tried',
    ],
    ...(shuffled
      ? [
          [
            'Beside vectors learned with the poles dealt by chance',
            nullWords(shuffled, 'such vectors'),
          ] as const,
        ]
      : []),
  ];
}
