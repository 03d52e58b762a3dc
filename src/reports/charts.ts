import { doseSvg, type DoseLine, type DosePoint } from '../charts/svg/dose-svg.ts';
import { heatmapSvg } from '../charts/svg/heatmap-svg.ts';
import { mapSvg, type PushedPath } from '../charts/svg/map-svg.ts';
import { axisName, AXIS_WORDS } from '../science/axis-words.ts';
import { TARGETS, type MapPoint } from '../science/culture-map.ts';
import { AXES, type Axis } from '../science/item.ts';
import type { ReportPush } from './pushes.ts';
import { MODE, type Report, type ReportSociety } from './report.ts';
import { groupWords, type ReportMatrix } from './matrices.ts';
import type { ReportStudy } from './studies.ts';

/** A drawing of a report's figures. */
export interface ReportChart {
  /** Names its file. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** What the map is drawn with beside the report. */
export interface MapMaterials {
  readonly societies: readonly ReportSociety[];
  readonly undecided: MapPoint;
}

const SURE = 0.05;

/** A push by one axis's own vector, added at every position, the options called A and B. */
function axisPush({
  steering,
  labels,
  isNull,
}: ReportPush): { axis: Axis; layer: number; strength: number } | undefined {
  const [record, ...others] = steering;
  const isPlain =
    record?.axis !== undefined &&
    others.length === 0 &&
    !isNull &&
    (record.method ?? 'mean') === 'mean' &&
    (record.way ?? 'add') === 'add' &&
    (record.at ?? 'all') === 'all';
  return isPlain && labels === 'AB' && record.axis
    ? { axis: record.axis, layer: record.layer, strength: record.strength }
    : undefined;
}

function mapChart(report: Report, { societies, undecided }: MapMaterials): ReportChart[] {
  const place = report.standing?.places.find(({ mode }) => mode === MODE);
  if (!place) return [];
  const layers = [...new Set(report.pushes.flatMap((push) => axisPush(push)?.layer ?? []))];
  const paths = layers.flatMap((layer) =>
    AXES.flatMap((axis) =>
      ([-1, 1] as const).flatMap((sign): PushedPath[] => {
        const own = report.pushes
          .flatMap((push) => {
            const found = axisPush(push);
            return found && push.place && found.axis === axis && found.layer === layer
              ? [{ strength: found.strength, x: push.place.x.value, y: push.place.y.value }]
              : [];
          })
          .filter(({ strength }) => Math.sign(strength) === sign)
          .sort((a, b) => Math.abs(a.strength) - Math.abs(b.strength));
        const [first, ...rest] = own;
        const tone = sign < 0 ? 'low' : 'high';
        const label = `${AXIS_WORDS[axis][tone]}${layers.length > 1 ? ` (layer ${layer})` : ''}`;
        return first ? [{ label, tone, points: [first, ...rest] }] : [];
      }),
    ),
  );
  const { id } = report.provenance.model;
  const svg = mapSvg({
    title: 'Where the model stands among human societies',
    description: `${id} stands at ${place.x.value.toFixed(2)} across and ${place.y.value.toFixed(2)} up${report.nearest ? `, nearest to ${report.nearest.name}` : ''}.`,
    societies,
    targets: TARGETS,
    model: { x: place.x.value, y: place.y.value, ellipse: place.ellipse, label: id },
    pushed: paths,
    indifferent: undecided,
    notes: [
      `Large point: the model without a push; oval: 95 % region.${paths.length > 0 ? ' Lines: where pushes led, the strongest at the end, named after where they aim.' : ''}`,
    ],
  });
  return [{ name: 'map', title: 'Map', svg }];
}

const MATRIX_TITLES: Readonly<Record<ReportMatrix['kind'], string>> = {
  axis: 'What each axis’s vector does to both axes',
  orthogonal: 'The same vectors without what they share',
  item: 'What each item’s vector does to all items',
  domain: 'What each domain’s vector does in every domain',
};

export const matrixTitle = ({ kind, axis }: ReportMatrix): string =>
  axis ? `${MATRIX_TITLES[kind]}: ${axisName(axis)}` : MATRIX_TITLES[kind];

function matrixChart(matrix: ReportMatrix, study: ReportStudy, several: boolean): ReportChart {
  const { rows, columns, cells, kind, axis } = matrix;
  const where = several ? `, layer ${study.layer}` : '';
  const title = `${matrixTitle(matrix)}${where}`;
  const found = rows.map((row) =>
    columns.map((column) => {
      const cell = cells.find((one) => one.row === row && one.column === column);
      if (!cell) return undefined;
      const { value, low, high, pHolm } = cell.slope;
      const muted = low !== undefined && high !== undefined && low <= 0 && high >= 0;
      const beyond = cell.random !== undefined && cell.random.p <= SURE;
      return { value, low, high, muted, mark: `${(pHolm ?? 1) < SURE ? '*' : ''}${beyond ? '†' : ''}` };
    }),
  );
  return {
    name: `${kind}${axis ? `-${axis}` : ''}-layer-${study.layer}`,
    title,
    svg: heatmapSvg({
      title,
      description: `Rows are vectors, columns what was measured, at layer ${study.layer}.`,
      rowTitle: 'Vector',
      columnTitle: 'Measured',
      rows: rows.map(groupWords),
      columns: columns.map(groupWords),
      cells: found,
      notes: [
        `Nats of mean log-odds for each unit of strength (${study.unit === 'norm' ? 'multiples of the residual norm' : 'raw'}), strengths up to ${matrix.range}; in brackets: 95 % interval.`,
        `Blue: toward the high pole; orange: toward the low pole; no colour: the interval holds 0. * p < ${SURE} after Holm; † beyond chance beside random vectors (p ≤ ${SURE}).`,
      ],
    }),
  };
}

function doseChart(report: Report, study: ReportStudy, several: boolean): ReportChart[] {
  const inStudy = report.pushes.filter(({ run, labels }) => labels === 'AB' && study.runs.includes(run));
  const pointOf = (push: ReportPush, axis: Axis): DosePoint[] => {
    const shift = push.shifts.find((one) => one.axis === axis)?.shift;
    const strength = push.steering[0]?.strength;
    return shift && strength !== undefined
      ? [{ strength, value: shift.value, low: shift.low, high: shift.high }]
      : [];
  };
  const series = (pushes: readonly ReportPush[], axis: Axis): DosePoint[] =>
    [{ strength: 0, value: 0 }, ...pushes.flatMap((push) => pointOf(push, axis))].sort(
      (a, b) => a.strength - b.strength,
    );
  const random = inStudy.filter(({ steering }) => steering[0]?.method === 'random');
  const vectors = [...new Set(random.map(({ steering }) => steering[0]?.vector))];
  const panels = study.axes.map(({ axis: made }) => {
    const own = inStudy.filter((push) => axisPush(push)?.axis === made);
    const lines = AXES.map((axis): DoseLine => ({
      label: axis === made ? `${axisName(axis)} (its own)` : axisName(axis),
      other: axis !== made,
      points: series(own, axis),
      chance: vectors.map((vector) =>
        series(
          random.filter(({ steering }) => steering[0]?.vector === vector),
          axis,
        ),
      ),
    }));
    return {
      title: `Vector: ${axisName(made)}`,
      lines: lines.sort((a, b) => Number(a.other) - Number(b.other)),
    };
  });
  if (panels.length === 0) return [];
  const title = `How far both axes move with the strength of the push${several ? `, layer ${study.layer}` : ''}`;
  return [
    {
      name: `dose-layer-${study.layer}`,
      title,
      svg: doseSvg({
        title,
        description: `A panel for each axis’s vector, pushed after layer ${study.layer}.`,
        xTitle: study.unit === 'norm' ? 'strength, multiples of the residual norm' : 'strength, raw',
        yTitle: 'shift',
        panels,
        notes: [
          `Up: shift of mean log-odds toward the high pole, nats; bars: 95 % intervals.${vectors.length > 0 ? ` Thin lines: ${vectors.length} random vectors.` : ''}`,
        ],
      }),
    },
  ];
}

/** The drawings that go with a report, in reading order. */
export function chartsOf(report: Report, materials: MapMaterials): ReportChart[] {
  const several = report.studies.length > 1;
  return [
    ...mapChart(report, materials),
    ...report.studies.flatMap((study) => [
      ...study.matrices.map((matrix) => matrixChart(matrix, study, several)),
      ...doseChart(report, study, several),
    ]),
  ];
}
