import { markup, type Markup } from '../charts/svg/markup.ts';
import { AXIS_WORDS } from '../science/axis-words.ts';
import { figureWords, plain, pWords, runWords, table, type Cell } from './html-parts.ts';
import type { ReportPush } from './pushes.ts';
import type { Report } from './report.ts';

const METHODS: Readonly<Record<string, string>> = {
  pca: ', principal component',
  logistic: ', logistic probe',
  orthogonal: ', without what both share',
};

/** A single vector that is added everywhere stands in columns; whatever else a push is, it is told in words. */
function nameCells({ steering, words }: ReportPush): Cell[] {
  const [record, ...others] = steering;
  const isPlain = (record?.way ?? 'add') === 'add' && (record?.at ?? 'all') === 'all';
  if (!record || others.length > 0 || !isPlain)
    return [words, '–', steering.map(({ layer }) => layer).join(', ')];
  const name = record.axis && record.method !== 'shuffled' ? AXIS_WORDS[record.axis].high : record.vector;
  return [
    `${name}${METHODS[record.method ?? ''] ?? ''}`,
    `${String(record.strength).replace('-', '−')}${record.unit === 'norm' ? '×' : ' raw'}`,
    String(record.layer),
  ];
}

export function pushesHtml({ pushes }: Report): Markup {
  if (pushes.length === 0) return markup``;
  // Dilemmas may all be of one axis; what is asked of a push is the same for all of an experiment.
  const axes = pushes[0]?.shifts.map(({ axis }) => axis) ?? [];
  const heads = (isNull: boolean): string[] => [
    ...['Vector', 'Strength', 'Layer'],
    ...(isNull ? [] : ['Options']),
    ...axes.flatMap((axis) => [`Shift, ${AXIS_WORDS[axis].high} [95 %]`, 'p', 'Holm']),
    ...(isNull ? [] : ['Place']),
    ...['n', 'Runs'],
  ];
  const rows = (isNull: boolean): Cell[][] =>
    pushes
      .filter((push) => push.isNull === isNull)
      .map((push) => [
        ...nameCells(push),
        ...(isNull ? [] : [push.labels]),
        ...axes.flatMap((axis) => {
          const shift = push.shifts.find((one) => one.axis === axis)?.shift;
          return shift ? [figureWords(shift), pWords(shift.p), pWords(shift.pHolm)] : ['–', '–', '–'];
        }),
        ...(isNull ? [] : [push.place ? `${plain(push.place.x.value)}, ${plain(push.place.y.value)}` : '–']),
        ...[String(push.shared), runWords([push.before, push.run])],
      ]);
  return markup`<h2>Every push</h2>
${table(
  'Pushes and what they shifted',
  heads(false),
  rows(false),
  'Shifts of mean log-odds against the run without a push, paired by dilemma, nats. Vectors are named after their high poles, × counts multiples of the layer’s mean residual norm. Place: across, up.',
)}${table(
    'Pushes by vectors without a meaning',
    heads(true),
    rows(true),
    'random: of random direction; shuffled: of pairs whose poles were dealt by chance.',
  )}`;
}
