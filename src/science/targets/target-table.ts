import type { Answer } from '../answer.ts';
import type { MapPoint } from '../culture-map.ts';
import type { PlacedPoint } from '../measurement.ts';
import { holm } from '../statistics/holm.ts';
import { SCALE_ORDERS, type SurveyQuestion, type SurveyReading } from '../survey.ts';
import { surveyPlace, surveyScores } from '../survey-score.ts';
import {
  contrast,
  distance,
  distanceTo,
  locate,
  type Distance,
  type DistanceContrast,
  type LocateOptions,
  type Located,
} from './distance.ts';
import { AIMED, PARADIGMS, type AimedParadigm, type Paradigm } from './paradigm.ts';

/** A nation, and what the model answered to come closer to it. */
export interface TargetReadings extends MapPoint {
  readonly iso3: string;
  readonly readings: Readonly<Partial<Record<AimedParadigm, readonly Answer[]>>>;
}

/** All answers of one model that a table is made of. */
export interface TargetAnswers {
  readonly survey?: {
    readonly questions: readonly SurveyQuestion[];
    readonly readings: readonly SurveyReading[];
  };
  readonly probe: readonly Answer[];
  readonly nations: readonly TargetReadings[];
}

/** One model under one paradigm, as seen from one nation. */
export interface TargetCell extends Distance {
  readonly iso3: string;
  readonly paradigm: Paradigm;
  readonly place: PlacedPoint;
  /** Dilemmas behind it, those that were answered under every paradigm of the nation; of a survey, its answers. */
  readonly n: number;
  /** Of a survey: the distances by each order of the scales alone. No interval: its items are fixed, not drawn. */
  readonly byOrder?: readonly [number, number];
}

/** What is tested together. `probe`: every paradigm against the plain dilemmas; `prompt`: the push against the prompts. */
export type TestFamily = 'probe' | 'prompt';

/** Whether one paradigm stands closer to a nation than another. */
export interface TargetTest extends DistanceContrast {
  readonly family: TestFamily;
  readonly iso3: string;
  readonly paradigm: Paradigm;
  readonly than: Paradigm;
  /** p adjusted for all tests of the family, over paradigms and nations (Holm 1979). */
  readonly adjusted: number;
}

export interface TargetTable {
  /** By nation, then paradigm. */
  readonly cells: readonly TargetCell[];
  readonly tests: readonly TargetTest[];
  readonly resamples: number;
  readonly seed: number;
}

/** Answers to the dilemmas that all sets share, in one order, so that equal draws are equal dilemmas. */
function paired(sets: ReadonlyMap<Paradigm, readonly Answer[]>): Map<Paradigm, readonly Answer[]> {
  const [first = []] = sets.values();
  const tables = [...sets.values()].map((set) => new Map(set.map((answer) => [answer.id, answer])));
  const ids = first.map(({ id }) => id).filter((id) => tables.every((table) => table.has(id)));
  return new Map([...sets.keys()].map((key, i) => [key, ids.flatMap((id) => tables[i]?.get(id) ?? [])]));
}

/** The direct survey's cell: its place, and its distance by each order of the scales. */
function surveyCell(
  { questions, readings }: NonNullable<TargetAnswers['survey']>,
  nation: TargetReadings,
  { projection, mode }: LocateOptions,
): TargetCell | undefined {
  const placeBy = (read: readonly SurveyReading[]): MapPoint | undefined =>
    surveyPlace(surveyScores(questions, read), projection, mode);
  const place = placeBy(readings);
  // One order stands for both: the score wants two.
  const [forward, backward] = SCALE_ORDERS.map((kept) =>
    placeBy(
      readings
        .filter(({ order }) => order === kept)
        .flatMap((reading) => SCALE_ORDERS.map((order) => ({ ...reading, order }))),
    ),
  );
  if (!place || !forward || !backward) return undefined;
  return {
    iso3: nation.iso3,
    paradigm: 'survey',
    place,
    n: readings.length,
    plain: distance(place, nation),
    byOrder: [distance(forward, nation), distance(backward, nation)],
  };
}

const FAMILIES: Readonly<Record<TestFamily, readonly (readonly [Paradigm, Paradigm])[]>> = {
  probe: AIMED.map((paradigm) => [paradigm, 'probe'] as const),
  prompt: [
    ['steering', 'country'],
    ['steering', 'persona'],
  ],
};

/**
 * Distances of one model under every paradigm to each nation, with tests of their differences. All paradigms of a nation
 * are resampled with the same draws, over the dilemmas that all of them answered.
 */
export function targetTable({ survey, probe, nations }: TargetAnswers, options: LocateOptions): TargetTable {
  const cells: TargetCell[] = [];
  const tests: Omit<TargetTest, 'adjusted'>[] = [];
  let resamples = 0;
  for (const nation of nations) {
    const sets = new Map<Paradigm, readonly Answer[]>([['probe', probe]]);
    for (const paradigm of AIMED) {
      const answers = nation.readings[paradigm];
      if (answers && answers.length > 0) sets.set(paradigm, answers);
    }
    const located = new Map<Paradigm, Located>();
    for (const [paradigm, answers] of paired(sets)) {
      const place = locate(answers, options);
      if (place) located.set(paradigm, place);
      resamples = Math.max(resamples, place?.cloud.length ?? 0);
    }
    const { iso3 } = nation;
    for (const paradigm of PARADIGMS) {
      const at = located.get(paradigm);
      if (at) cells.push({ iso3, paradigm, place: at.place, n: at.n, ...distanceTo(at, nation) });
      const asked = paradigm === 'survey' && survey && surveyCell(survey, nation, options);
      if (asked) cells.push(asked);
    }
    for (const family of ['probe', 'prompt'] as const)
      for (const [paradigm, than] of FAMILIES[family]) {
        const [one, other] = [located.get(paradigm), located.get(than)];
        const found = one && other && contrast(one, other, nation);
        if (found) tests.push({ family, iso3, paradigm, than, ...found });
      }
  }
  return { cells, tests: adjustedBy(tests), resamples, seed: options.seed };
}

/** Holm's adjustment within each family. */
function adjustedBy(tests: readonly Omit<TargetTest, 'adjusted'>[]): TargetTest[] {
  return (['probe', 'prompt'] as const).flatMap((family) => {
    const own = tests.filter((test) => test.family === family);
    const adjusted = holm(own.map(({ p }) => p));
    return own.map((test, i) => ({ ...test, adjusted: adjusted[i] ?? 1 }));
  });
}
