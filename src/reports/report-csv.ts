import Papa from 'papaparse';
import { guarded } from '../runs/csv-columns.ts';
import type { Figure } from './figure.ts';
import type { Report } from './report.ts';
import type { ReportAxis, ReportLeeway, ReportStudy } from './studies.ts';

export const REPORT_COLUMNS = [
  ...['section', 'figure', 'of', 'value', 'low', 'high', 'n', 'p', 'p_holm', 'unit', 'runs'],
] as const;

/** A figure with its name: which section, what, of what. */
export interface NamedFigure extends Figure {
  readonly section: string;
  readonly figure: string;
  readonly of: string;
}

const named = (section: string, figure: string, of: string, found: Figure | undefined): NamedFigure[] =>
  found ? [{ section, figure, of, ...found }] : [];

function standingFigures({ standing, nearest }: Report): NamedFigure[] {
  if (!standing) return [];
  const runs = [standing.run];
  const one = (of: string, figure: string, value: number, unit: string): NamedFigure[] =>
    named('place', figure, of, { value, n: standing.n, unit, runs });
  return [
    ...standing.places.flatMap(({ mode, x, y, ellipse }) => [
      ...named('place', 'x', mode, x),
      ...named('place', 'y', mode, y),
      ...(ellipse
        ? [
            ...one(mode, 'ellipse_major', ellipse.major, 'map units'),
            ...one(mode, 'ellipse_minor', ellipse.minor, 'map units'),
            ...one(mode, 'ellipse_angle', ellipse.angle, 'radians'),
          ]
        : []),
    ]),
    ...(nearest ? one(nearest.iso3, 'nearest_distance', nearest.distance, 'map units') : []),
    ...standing.axes.flatMap(({ axis, score }) => named('axes', 'score', axis, score)),
    ...standing.items.flatMap(({ code, logOdds, probability }) => [
      ...named('items', 'log_odds', code, logOdds),
      ...named('items', 'probability', code, probability),
    ]),
  ];
}

function measuringFigures({ measuring: { controls, halves, letters }, direct }: Report): NamedFigure[] {
  return [
    ...named('validity', 'split_halves', 'items', halves),
    ...named('validity', 'controls_right', 'controls', controls?.right),
    ...named('validity', 'position_bias', 'letters', letters?.bias),
    ...named('validity', 'bias_over_spread', 'letters', letters?.biasOverSpread),
    ...named('validity', 'answer_mass', 'letters', letters?.mass),
    ...named('validity', 'least_answer_mass', 'letters', letters?.leastMass),
    ...named('direct', 'correlation', 'items', direct?.agreement),
    ...named('direct', 'answered', 'survey', direct?.answered),
    ...named('direct', 'refusal', 'survey', direct?.refusal),
    ...(direct?.items ?? []).flatMap(({ code, scenario, direct: answer, orderGap }) => [
      ...named('direct', 'by_dilemmas', code, scenario),
      ...named('direct', 'asked_directly', code, answer),
      ...named('direct', 'order_gap', code, orderGap),
    ]),
    ...(direct?.places ?? []).flatMap(({ mode, x, y }) => [
      ...named('direct', 'x', mode, x),
      ...named('direct', 'y', mode, y),
    ]),
  ];
}

function leewayFigures(section: string, of: string, leeway: ReportLeeway): NamedFigure[] {
  const { ratio, own, other, paper, equivalence } = leeway;
  const { n, runs } = ratio;
  const one = (value: number, unit: string): Figure => ({
    value,
    ...(n === undefined ? {} : { n }),
    unit,
    runs,
  });
  return [
    ...named(section, 'leeway', of, ratio),
    ...(equivalence
      ? named(section, 'leeway_90', of, {
          ...one(ratio.value, `${ratio.unit}; 90 % interval`),
          ...equivalence,
        })
      : []),
    ...named(section, 'own_slope', of, one(own, 'nats for each unit of strength')),
    ...named(section, 'other_slope', of, one(other, 'nats for each unit of strength')),
    ...named(section, 'paper_ratio', of, one(paper, 'min/max of |shift|, biased near 0')),
  ];
}

function axisFigures(section: string, found: ReportAxis): NamedFigure[] {
  const { axis, leeway, orthogonal, linear, flip, bias, relabelling } = found;
  return [
    ...leewayFigures(section, axis, leeway),
    ...(orthogonal ? leewayFigures(section, `${axis} orthogonal`, orthogonal) : []),
    ...(linear
      ? named(section, 'linear_up_to', axis, { value: linear.end, unit: 'strength', runs: leeway.ratio.runs })
      : []),
    ...named(section, 'slope_up', axis, flip?.up),
    ...named(section, 'slope_down', axis, flip?.down),
    ...named(section, 'slope_up_minus_down', axis, flip?.difference),
    ...named(section, 'bias_slope', axis, bias),
    ...(relabelling?.effects ?? []).flatMap(({ labels, own, label, fromAB }) => [
      ...named(section, 'relabelled_own_slope', `${axis} ${labels}`, own),
      ...named(section, 'relabelled_label_slope', `${axis} ${labels}`, label),
      ...named(section, 'relabelled_minus_AB', `${axis} ${labels}`, fromAB),
    ]),
  ];
}

function studyFigures(study: ReportStudy): NamedFigure[] {
  const section = `response, layer ${study.layer}`;
  return [
    ...study.matrices.flatMap(({ kind, overall }) => [
      ...named(section, `${kind} own slope, mean`, 'diagonal', overall?.own),
      ...named(section, `${kind} other slopes, mean size`, 'beside the diagonal', overall?.others),
      ...named(section, `${kind} other slopes, mean size`, 'random vectors', overall?.random),
    ]),
    ...study.matrices.flatMap(({ kind, axis, cells }) =>
      cells.flatMap(({ row, column, slope, random, shuffled }) => {
        const of = `${row} -> ${column}`;
        const name = `${kind}${axis ? ` ${axis}` : ''}`;
        return [
          ...named(section, `${name} slope`, of, slope),
          ...[['random', random] as const, ['shuffled', shuffled] as const].flatMap(([which, chance]) =>
            chance
              ? named(section, `${name} slope beside ${which}`, of, {
                  ...{ value: slope.value, low: chance.low, high: chance.high, n: chance.n, p: chance.p },
                  unit: `${slope.unit}; low and high are those of the ${which} vectors’ middle 95 %`,
                  runs: slope.runs,
                })
              : [],
          ),
        ];
      }),
    ),
    ...study.axes.flatMap((axis) => axisFigures(section, axis)),
  ];
}

/** Every figure of a report in one list. */
export function figuresOf(report: Report): NamedFigure[] {
  return [
    ...report.runs.map(({ name, key, answers }): NamedFigure => ({
      ...{ section: 'runs', figure: 'answers', of: key, value: answers, unit: 'answers', runs: [name] },
    })),
    ...standingFigures(report),
    ...measuringFigures(report),
    ...report.pushes.flatMap(({ words, labels, shifts, place }) => {
      const of = labels === 'AB' ? words : `${words}, options ${labels}`;
      return [
        ...shifts.flatMap(({ axis, shift, g }) => [
          ...named('pushes', `shift ${axis}`, of, shift),
          ...(g === undefined
            ? []
            : named('pushes', `hedges_g ${axis}`, of, {
                ...{ value: g, n: shift.n ?? 0, unit: 'spreads of the log-odds', runs: shift.runs },
              })),
        ]),
        ...named('pushes', 'x', of, place?.x),
        ...named('pushes', 'y', of, place?.y),
      ];
    }),
    ...report.studies.flatMap(studyFigures),
    ...report.sideEffects.flatMap(({ words, perplexity, kl, controls }) => [
      ...named('side effects', 'perplexity_ratio', words, perplexity),
      ...named('side effects', 'kl', words, kl),
      ...named('side effects', 'controls_change', words, controls?.change),
    ]),
  ];
}

/**
 * A report's figures as CSV (RFC 4180, CRLF), a row each. Runs are called by short names, whose keys stand in the section
 * `runs`; an apostrophe stands before text that a spreadsheet would take for a formula.
 */
export function reportCsv(report: Report): string {
  const data = figuresOf(report).map((one) => [
    ...[one.section, one.figure, one.of].map(guarded),
    ...[one.value, one.low, one.high, one.n, one.p, one.pHolm].map((value) =>
      // A ratio of nothing to nothing is no number, and has no cell.
      value !== undefined && Number.isFinite(value) ? value : '',
    ),
    one.unit,
    one.runs.join(' '),
  ]);
  return `${Papa.unparse({ fields: [...REPORT_COLUMNS], data }, { newline: '\r\n' })}\r\n`;
}
