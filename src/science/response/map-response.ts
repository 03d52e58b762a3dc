import type { Answer } from '../answer.ts';
import { RESAMPLES, type BootstrapOptions } from '../axis-estimate.ts';
import { linearMap, placeOn, type LinearMap, type MapPoint, type Projection } from '../culture-map.ts';
import { itemScores, probabilities, sumOf } from '../item-score.ts';
import { resampleScores, samplingUnits } from '../sampling-unit.ts';
import { percentileInterval, type Interval } from '../statistics/bootstrap.ts';

/** What one direction was measured with: the same dilemmas, pushed up and down by one strength. */
export interface PushedBothWays {
  readonly up: readonly Answer[];
  readonly down: readonly Answer[];
  /** Of `up`; `down` is pushed by its negative. */
  readonly strength: number;
}

/** How far the model's point moves on the map for one unit of strength, by direction. */
export interface MapResponse {
  /** Map units for each unit of strength, in the order of the directions. */
  readonly columns: readonly MapPoint[];
  /** 95 % intervals of each column's coordinates, absent where there are too few dilemmas. */
  readonly intervals: readonly ({ readonly x: Interval; readonly y: Interval } | undefined)[];
  /** Dilemmas behind each column. */
  readonly n: readonly number[];
}

const shared = (up: readonly Answer[], down: readonly Answer[]): readonly (readonly [Answer, Answer])[] => {
  const others = new Map(down.map((answer) => [answer.id, answer]));
  return up.flatMap((answer) => {
    const other = others.get(answer.id);
    return other ? [[answer, other] as const] : [];
  });
};

const placeBy = (map: LinearMap, answers: readonly Answer[]): MapPoint => {
  const scores = probabilities(itemScores(answers.map(sumOf)));
  return placeOn(
    map,
    map.codes.map((code) => scores.get(code) ?? NaN),
  );
};

const slope = (up: MapPoint, down: MapPoint, strength: number): MapPoint => ({
  x: (up.x - down.x) / (2 * strength),
  y: (up.y - down.y) / (2 * strength),
});

/**
 * Central differences of the map place: (place pushed up − place pushed down) / 2s for each direction. The map is linear in
 * item probabilities, so that both ways of reading it have the same response. Intervals are percentile intervals of a
 * bootstrap that draws the same clusters for both pushes.
 * @returns undefined where a direction's dilemmas do not cover all items of the map.
 */
export function mapResponse(
  directions: readonly PushedBothWays[],
  projection: Projection,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): MapResponse | undefined {
  const columns: MapPoint[] = [];
  const intervals: MapResponse['intervals'][number][] = [];
  const n: number[] = [];
  for (const { up, down, strength } of directions) {
    const pairs = shared(up, down);
    const [ups, downs] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
    // Scores stand in the order in which items first come, which is the same for both.
    const map = linearMap([...itemScores(ups.map(sumOf)).keys()], projection, 'centred');
    if (!map) return undefined;
    columns.push(slope(placeBy(map, ups), placeBy(map, downs), strength));
    n.push(pairs.length);
    const [first, second] = [placesOf(map, ups, seed, resamples), placesOf(map, downs, seed, resamples)];
    const df = samplingUnits(ups)?.df;
    const moves = first.map((place, i) => slope(place, second[i] ?? place, strength));
    intervals.push(
      moves.length > 1
        ? {
            x: percentileInterval(
              moves.map(({ x }) => x),
              0.95,
              df,
            ),
            y: percentileInterval(
              moves.map(({ y }) => y),
              0.95,
              df,
            ),
          }
        : undefined,
    );
  }
  return { columns, intervals, n };
}

/** Resampled places; equal seeds draw equal clusters of answers in one order. */
function placesOf(map: LinearMap, answers: readonly Answer[], seed: number, resamples: number): MapPoint[] {
  const units = samplingUnits(answers);
  const places: MapPoint[] = [];
  if (units)
    resampleScores(units, resamples, seed, ({ probability }) => void places.push(placeOn(map, probability)));
  return places;
}
