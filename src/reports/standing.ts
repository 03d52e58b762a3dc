import { axisEstimates } from '../science/axis-estimate.ts';
import { MAP_MODES, type Ellipse, type MapMode, type Projection } from '../science/culture-map.ts';
import { AXES, itemOf, ITEMS, type Axis } from '../science/item.ts';
import { summarize, type PlacedPoint } from '../science/measurement.ts';
import type { ProbeRun } from '../runs/run.ts';
import { estimated, LOG_ODDS, type Figure } from './figure.ts';
import type { RunNames } from './experiment.ts';

export const MAP_UNIT = 'map units; the interval is the reach of the 95 % ellipse';

export interface ReportPlace {
  readonly mode: MapMode;
  readonly x: Figure;
  readonly y: Figure;
  readonly ellipse?: Ellipse;
}

export interface ReportItem {
  readonly code: string;
  readonly name: string;
  readonly axis: Axis;
  /** Mean probability of the high pole. */
  readonly probability: Figure;
  readonly logOdds: Figure;
}

/** Where the model stands with nothing pushing it. */
export interface Standing {
  readonly run: string;
  readonly n: number;
  readonly places: readonly ReportPlace[];
  readonly axes: readonly { readonly axis: Axis; readonly score: Figure }[];
  readonly items: readonly ReportItem[];
  /** How intervals were drawn; absent where nothing could be resampled. */
  readonly bootstrap?: { readonly units: string; readonly resamples: number; readonly seed: number };
}

/** How far an ellipse reaches from its centre along x and y. */
const reachOf = ({ major, minor, angle }: Ellipse): { x: number; y: number } => ({
  x: Math.hypot(major * Math.cos(angle), minor * Math.sin(angle)),
  y: Math.hypot(major * Math.sin(angle), minor * Math.cos(angle)),
});

/** A place as two figures. */
export function placed(mode: MapMode, point: PlacedPoint, n: number, runs: readonly string[]): ReportPlace {
  const reach = point.ellipse && reachOf(point.ellipse);
  const along = (axis: 'x' | 'y'): Figure => ({
    value: point[axis],
    ...(reach ? { low: point[axis] - reach[axis], high: point[axis] + reach[axis] } : {}),
    ...{ n, unit: MAP_UNIT, runs },
  });
  return {
    mode,
    x: along('x'),
    y: along('y'),
    ...(point.ellipse ? { ellipse: point.ellipse } : {}),
  };
}

export function standingOf(run: ProbeRun, names: RunNames, projection: Projection): Standing {
  const { seed, answers } = run;
  const name = names.of(run);
  const runs = [name];
  const summary = summarize(answers, { projection, seed });
  const source = { unit: LOG_ODDS, runs };
  return {
    run: name,
    n: summary.n,
    places: MAP_MODES.flatMap((mode) => {
      const point = summary.map[mode];
      return point ? [placed(mode, point, summary.n, runs)] : [];
    }),
    axes: AXES.flatMap((axis) => {
      const score = summary.axes[axis];
      return score ? [{ axis, score: estimated(score, source) }] : [];
    }),
    items: Object.entries(summary.items)
      .map(([code, { axis, n, probability }]): ReportItem => {
        // An item by itself is an axis of one item.
        const own = axisEstimates(
          answers.filter(({ wvsId }) => wvsId === code),
          { seed },
        )[axis];
        return {
          code,
          name: itemOf(code)?.name ?? code,
          axis,
          probability: { value: probability, n, unit: 'mean probability of the high pole', runs },
          logOdds: estimated(own ?? { mean: summary.items[code]?.logOdds ?? NaN, n }, source),
        };
      })
      .sort((a, b) => placeOf(a.code) - placeOf(b.code)),
    ...(summary.bootstrap
      ? {
          bootstrap: {
            ...{ units: summary.bootstrap.units, resamples: summary.bootstrap.resamples, seed },
          },
        }
      : {}),
  };
}

const placeOf = (code: string): number => {
  const at = ITEMS.findIndex((item) => item.code === code);
  return at < 0 ? ITEMS.length : at;
};
