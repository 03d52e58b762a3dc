import { markup, type Markup } from '../charts/svg/markup.ts';
import { AXIS_WORDS } from '../science/axis-words.ts';
import { readSelection } from '../science/directions/selection.ts';
import type { EntanglementVerdict } from '../science/response/falsifier.ts';
import type { Null } from '../science/response/null.ts';
import type { RelabellingVerdict } from '../science/response/relabelling.ts';
import { matrixTitle } from './charts.ts';
import { between, figureWords, plain, pText, pWords, runWords, signed, table } from './html-parts.ts';
import type { Report } from './report.ts';
import { groupWords, type ReportMatrix } from './matrices.ts';
import type { ReportAxis, ReportLeeway, ReportStudy } from './studies.ts';

const VERDICTS: Readonly<Record<EntanglementVerdict, string>> = {
  'no push': 'no push: its own axis does not move for sure',
  drifts: 'the other axis drifts',
  'no drift': 'no drift: this refutes entanglement for this vector',
  undecided: 'undecided',
};

const RELABELLED: Readonly<Record<RelabellingVerdict, string>> = {
  'no effect': 'no effect to carry over',
  'carries over': 'the effect carries over to other labels',
  'follows the letters': 'the effect follows the letters, not the meaning',
  undecided: 'undecided',
};

/** Axes by their high poles: tables have no room for both. */
const shortWords = (name: string): string => {
  const selection = readSelection(name);
  return selection?.kind === 'axis' ? AXIS_WORDS[selection.axis].high : groupWords(name);
};

const nullWords = (chance: Null | undefined): string =>
  chance ? `${between(chance)}, n = ${chance.n}, ${pText(chance.p)}` : '–';

/** What the studies found, a sentence a vector. */
export const findings = ({ studies }: Report): string[] =>
  studies.flatMap(({ layer, axes }) =>
    axes.map(({ axis, leeway }) => {
      const { own, other, ratio, verdict } = leeway;
      return `Pushed toward ${AXIS_WORDS[axis].high} after layer ${layer}, its own axis moves by ${signed(own)} nats for each unit of strength, the other by ${signed(other)}: leeway ${figureWords(ratio)}; ${VERDICTS[verdict]}.`;
    }),
  );

/** What all cells say together, where vectors have a group of their own. */
function overallHtml({ overall }: ReportMatrix): Markup | undefined {
  if (!overall) return undefined;
  const { own, others, random } = overall;
  const beside = random
    ? ` ${random.n} random vectors moved an item by ${plain(random.value)} (${runWords(random.runs)}); that made vectors move the others more than these: ${pText(others.p)}, one-sided, vectors dealt anew.`
    : ' No random vectors were tried.';
  return markup`<p>All cells together: ${own.n} vectors moved their own item by ${figureWords(own)} on average (${pText(own.p)}, signs turned over; ${runWords(own.runs)}), and each other one by ${plain(others.value)}, whichever way.${beside}</p>
`;
}

function matrixTable(matrix: ReportMatrix, where: string): Markup {
  return table(
    `${matrixTitle(matrix)}${where}: slopes`,
    [
      'Vector',
      'Measured',
      'Slope [95 %]',
      'p',
      'Holm',
      'Random vectors',
      'Poles dealt by chance',
      'n',
      'Runs',
    ],
    matrix.cells.map(({ row, column, slope, random, shuffled }) => [
      shortWords(row),
      shortWords(column),
      figureWords(slope),
      pWords(slope.p),
      pWords(slope.pHolm),
      nullWords(random),
      nullWords(shuffled),
      String(slope.n ?? '–'),
      runWords(slope.runs),
    ]),
    `Nats of mean log-odds for each unit of strength, strengths up to ${matrix.range}. Of vectors without a meaning: the middle 95 %, their number, and p.`,
  );
}

/** The usual labels first. */
const byLabels = (a: { readonly labels: string }, b: { readonly labels: string }): number =>
  Number(b.labels === 'AB') - Number(a.labels === 'AB') || a.labels.localeCompare(b.labels);

const leewayRow = (
  name: string,
  { ratio, own, other, paper, equivalence, verdict }: ReportLeeway,
): string[] => [
  name,
  signed(own),
  signed(other),
  figureWords(ratio),
  equivalence ? between(equivalence) : '–',
  VERDICTS[verdict],
  plain(paper),
  runWords(ratio.runs),
];

function controlRows({ axis, linear, flip, bias }: ReportAxis): string[][] {
  const name = AXIS_WORDS[axis].high;
  return [
    ...(linear
      ? [
          [
            name,
            'Straight line up to',
            String(linear.end),
            linear.bends === undefined ? 'straight as far as was tried' : `bends at ${linear.bends}`,
            '–',
          ],
        ]
      : []),
    ...(flip
      ? [
          [name, 'Slope, pushed up', figureWords(flip.up), pText(flip.up.p), runWords(flip.up.runs)],
          [name, 'Slope, pushed down', figureWords(flip.down), pText(flip.down.p), runWords(flip.down.runs)],
          [
            name,
            'Up minus down',
            figureWords(flip.difference),
            `${pText(flip.difference.p)}; 0 where the effect turns over with the vector`,
            runWords(flip.difference.runs),
          ],
        ]
      : []),
    ...(bias
      ? [
          [
            name,
            'Slope of the position bias',
            figureWords(bias),
            'nats toward the first label',
            runWords(bias.runs),
          ],
        ]
      : []),
  ];
}

function studyHtml(study: ReportStudy, where: string, chart: (name: string) => Markup | undefined): Markup {
  const { layer, n, training, axes, matrices } = study;
  const relabelled = axes.flatMap(({ axis, relabelling }) =>
    [...(relabelling?.effects ?? [])]
      .sort(byLabels)
      .map(({ labels, own, label, fromAB }) => [
        AXIS_WORDS[axis].high,
        labels,
        figureWords(own),
        fromAB ? figureWords(fromAB) : '–',
        figureWords(label),
        labels === 'AB' && relabelling ? RELABELLED[relabelling.verdict] : '',
        runWords(own.runs),
      ]),
  );
  const chartOf = ({ kind, axis }: ReportMatrix): Markup | undefined =>
    chart(`${kind}${axis ? `-${axis}` : ''}-layer-${layer}`);
  return markup`<h3>Layer ${layer}</h3>
<p>${n} dilemmas at most; vectors learned from ${training ? `${training.n} training dilemmas (SHA-256 ${training.sha256.slice(0, 12)}…)` : 'what the runs do not say'}.</p>
${chart(`dose-layer-${layer}`)}${table(
    `Leeway${where}: how far the other axis is dragged along`,
    ['Vector', 'Own', 'Other', 'Other for each own [95 %]', '90 %', 'Verdict', 'Paper’s ratio', 'Runs'],
    axes.flatMap(({ axis, leeway, orthogonal }) => [
      leewayRow(AXIS_WORDS[axis].high, leeway),
      ...(orthogonal ? [leewayRow(`${AXIS_WORDS[axis].high}, without what both share`, orthogonal)] : []),
    ]),
    'Own, other: slopes in nats for each unit of strength. The paper’s ratio, min/max of |shift|, is never negative and biased where either is near 0.',
  )}${matrices.map((matrix) => markup`${chartOf(matrix)}${overallHtml(matrix)}${matrixTable(matrix, where)}`)}${table(
    `Controls of the vectors${where}`,
    ['Vector', 'Control', 'Figure', 'What it says', 'Runs'],
    axes.flatMap(controlRows),
  )}${table(
    `Options called by other labels${where}`,
    [
      'Vector',
      'Labels',
      'Slope of its axis',
      'minus that of AB',
      'Slope toward the first label',
      'Verdict',
      'Runs',
    ],
    relabelled,
  )}`;
}

export function studiesHtml({ studies }: Report, chart: (name: string) => Markup | undefined): Markup {
  if (studies.length === 0) return markup``;
  return markup`<h2>What a push does to everything else</h2>
${studies.map((study) => studyHtml(study, studies.length > 1 ? `, layer ${study.layer}` : '', chart))}`;
}
