import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { MapPoint, Projection } from '../science/culture-map.ts';
import type { Axis } from '../science/item.ts';
import { placeOf } from '../science/measurement.ts';
import { roundedStrength } from '../science/push.ts';
import { corrected, strengthsFor, type Aimed } from '../science/response/aim.ts';
import { mapResponse, type MapResponse } from '../science/response/map-response.ts';
import type { Manner } from './asking.ts';
import type { RecordedPush } from './push.ts';
import type { ScenarioSet } from './scenarios.ts';
import { storedProbe } from './stored-probe.ts';

/** The axes whose directions move the map's x and y, in this order: that of every pair of strengths here. */
export const MAP_AXES = [
  'survival_self_expression',
  'traditional_secular',
] as const satisfies readonly Axis[];

/** The pushes of one direction at a strength. */
export type PushesAt = (strength: number) => readonly RecordedPush[];

/** On what, and with what, a response is measured: training dilemmas, never those that are reported. */
export interface ResponseSpec {
  readonly manner: Manner;
  readonly training: ScenarioSet;
  /** The dilemmas from here on. */
  readonly from: number;
  readonly limit: number;
  readonly seed: number;
  /** In the order of MAP_AXES. */
  readonly directions: readonly [PushesAt, PushesAt];
  /** Each direction is pushed up and down by so much. */
  readonly strength: number;
  readonly projection: Projection;
}

export interface ResponseOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The training dilemmas to measure on: those after the ones that the vectors were learned from, which know them by heart;
 * where there are too few others, the last of the file.
 * @param learned how many of the first ones the vectors were learned from
 */
export function responseDilemmas(
  total: number,
  learned: number,
  wanted: number,
): { from: number; limit: number } {
  const limit = Math.min(total, wanted);
  return { from: Math.min(learned, total - limit), limit };
}

const probeAt = (
  engine: Engine,
  store: RunStore,
  { training, from, limit, seed, manner }: ResponseSpec,
  pushes: readonly RecordedPush[],
  signal: AbortSignal,
  onDone: (done: number) => void,
): Promise<readonly StoredAnswer[]> =>
  storedProbe(
    engine,
    store,
    { scenarios: training, among: training.dilemmas.slice(from, from + limit), seed, pushes, ...manner },
    { signal, onAnswers: (answers) => onDone(answers.length) },
  );

/**
 * How far the map place moves for a unit of strength along each direction: each is pushed up and down on training dilemmas.
 * Every probe is stored; what was measured before is not asked again.
 * @throws LeewayError scenario-invalid where the dilemmas do not cover the map's items, and as `storedProbe` does.
 */
export async function measureResponse(
  engine: Engine,
  store: RunStore,
  spec: ResponseSpec,
  { signal, onProgress }: ResponseOptions,
): Promise<MapResponse> {
  const { directions, strength, limit, seed, projection } = spec;
  const probes = directions.flatMap((pushesAt) => [pushesAt(strength), pushesAt(-strength)]);
  const answers: (readonly StoredAnswer[])[] = [];
  for (const [i, pushes] of probes.entries())
    answers.push(
      await probeAt(engine, store, spec, pushes, signal, (done) =>
        onProgress?.(i * limit + done, probes.length * limit),
      ),
    );
  const response = mapResponse(
    directions.map((_, i) => ({ up: answers[2 * i] ?? [], down: answers[2 * i + 1] ?? [], strength })),
    projection,
    { seed },
  );
  if (response) return response;
  throw new LeewayError(
    'scenario-invalid',
    'The training dilemmas do not touch each of the ten questions, so that there is no place to move.',
    'Use a training file that covers all ten items.',
  );
}

/** Strengths for an aim, and the columns they were found with. */
export interface FoundAim extends Aimed {
  readonly columns: readonly [MapPoint, MapPoint];
}

/** The columns of a response of two directions. */
export function columnsOf({ columns: [first, second] }: MapResponse): readonly [MapPoint, MapPoint] {
  if (first && second) return [first, second];
  throw new LeewayError('internal', 'A response of two directions was expected.', 'Reload the page.');
}

/**
 * Strengths that bring the place as far as wanted, found on training dilemmas alone: the response is inverted, the result
 * tried, the response corrected by what it did, and inverted again, since it bends.
 * @param wanted displacement from the unpushed place, in map units
 * @param max largest strength of either direction
 * @param rounds how often the strengths are tried and corrected
 */
export async function findAim(
  engine: Engine,
  store: RunStore,
  spec: ResponseSpec,
  { response, wanted, max, rounds }: { response: MapResponse; wanted: MapPoint; max: number; rounds: number },
  { signal, onProgress }: ResponseOptions,
): Promise<FoundAim> {
  let columns = columnsOf(response);
  let found = strengthsFor(columns, wanted, max);
  const { projection, seed, limit, directions } = spec;
  const total = (rounds + 1) * limit;
  const place = async (pushes: readonly RecordedPush[], before: number): Promise<MapPoint | undefined> => {
    const answers = await probeAt(engine, store, spec, pushes, signal, (done) =>
      onProgress?.(before + done, total),
    );
    // Without resamples: only the point is wanted.
    return placeOf(answers, { projection, seed, resamples: 0 }).centred;
  };
  const home = await place([], 0);
  for (let round = 0; round < rounds && home; round++) {
    const strengths = found.strengths.map(roundedStrength);
    const there = await place(
      directions.flatMap((pushesAt, i) => pushesAt(strengths[i] ?? 0)),
      (round + 1) * limit,
    );
    if (!there) break;
    columns = corrected(columns, strengths, { x: there.x - home.x, y: there.y - home.y });
    found = strengthsFor(columns, wanted, max);
  }
  return { ...found, columns };
}
