import type { Estimate } from '../../src/science/axis-estimate.ts';
import type { Falsifier } from '../../src/science/response/falsifier.ts';
import type { ResponseCell, ResponseMatrix } from '../../src/science/response/matrix.ts';
import type { AxisResponse, ResponseReport } from '../../src/science/response/report.ts';
import type { Overall } from '../../src/science/response/overall.ts';
import type { Interval } from '../../src/science/statistics/bootstrap.ts';

const ends = (interval: Interval | undefined) => ({
  low: interval?.low ?? null,
  high: interval?.high ?? null,
});

const estimate = (found: Estimate | undefined) =>
  found ? { mean: found.mean, ...ends(found.interval), n: found.n } : null;

const cell = ({ row, column, mean, interval, n, test, adjusted, null: chance, shuffled }: ResponseCell) => ({
  vector: row,
  measured: column,
  slope: mean,
  ...ends(interval),
  n,
  p: test?.p ?? null,
  p_holm: adjusted ?? null,
  null_random: chance ?? null,
  null_shuffled: shuffled ?? null,
});

const together = ({ n, own, others, random }: Overall) => ({
  n,
  own: { mean: own.mean, ...ends(own.interval), p: own.p },
  others: { mean_size: others },
  random: random ? { n: random.n, mean_size: random.size, p: random.p } : null,
});

const matrix = ({ rows, columns, cells, range, overall }: ResponseMatrix) => ({
  rows,
  columns,
  unit: 'nats of mean log-odds of the high pole for each multiple of the layer’s mean residual norm',
  up_to_strength: range,
  cells: cells.map(cell),
  overall: overall ? together(overall) : null,
});

const leeway = ({ leeway: found, equivalence, verdict }: Falsifier) => ({
  own: found.own,
  other: found.other,
  ratio: found.isDefined ? found.ratio : null,
  ...ends(found.interval),
  equivalence_90: equivalence ?? null,
  verdict,
  paper_ratio: found.paper,
});

const axisTable = ({ axis, falsifier, linear, flip, bias, relabelling, orthogonal }: AxisResponse) => ({
  axis,
  leeway: leeway(falsifier),
  linear_up_to: linear ?? null,
  sign_flip: flip
    ? { up: estimate(flip.up), down: estimate(flip.down), difference: estimate(flip.difference) }
    : null,
  position_bias: estimate(bias),
  orthogonal: orthogonal ? leeway(orthogonal) : null,
  relabelling: relabelling
    ? {
        verdict: relabelling.verdict,
        pushes: relabelling.pushes ?? null,
        effects: relabelling.effects.map(({ labels, own, label, fromAB }) => ({
          labels,
          own: estimate(own),
          label: estimate(label),
          from_ab: estimate(fromAB),
        })),
      }
    : null,
});

/** A report as the command line writes it: snake_case, null for what is not there. */
export function responseTables(report: ResponseReport): Record<string, unknown> {
  const { axis, item, domain, orthogonal, axes } = report;
  return {
    response: {
      ...(axis ? { axis: matrix(axis) } : {}),
      ...(item ? { item: matrix(item) } : {}),
      ...(Object.keys(domain).length > 0
        ? { domain: Object.fromEntries(Object.entries(domain).map(([name, one]) => [name, matrix(one)])) }
        : {}),
      ...(orthogonal ? { orthogonal: matrix(orthogonal) } : {}),
    },
    axes: axes.map(axisTable),
  };
}
