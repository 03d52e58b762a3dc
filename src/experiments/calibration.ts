import type { Engine } from '../engine/client/engine.ts';
import type { Answer } from '../science/answer.ts';
import {
  leewayCoverage,
  scoreCoverage,
  type Fared,
  type LeewayFared,
} from '../science/calibration/coverage.ts';
import { domainKey } from '../science/dilemma.ts';
import { AXES, type Axis } from '../science/item.ts';
import { slopesOf } from '../science/response/dose.ts';
import type { Protocol } from '../science/prompt.ts';
import { seededRandom, shuffled } from '../science/statistics/random.ts';
import { cosine, type LayerVector } from '../science/steering-vector.ts';
import { probe, type ProbeAnswer } from './probe.ts';
import { steersOf } from './push.ts';
import { readResiduals } from './residual-table.ts';
import type { ScenarioSet } from './scenarios.ts';
import { loadedProvenance } from './stored-ask.ts';
import { dilemmaPairs, type TextPair } from './text-pairs.ts';
import { makeVectors } from './vectors.ts';

export interface CalibrationPlan {
  readonly training: ScenarioSet;
  readonly test: ScenarioSet;
  readonly protocol: Protocol;
  readonly layer: number;
  /** Tried both ways, in multiples of the layer's mean residual norm. */
  readonly strength: number;
  /** So many times vectors are learned, each time from another half of the training dilemmas. */
  readonly learnings: number;
  /** Draws of dilemmas for each vector. */
  readonly draws: number;
  /** Dilemmas of each item and domain in a draw. */
  readonly each: number;
  readonly seed: number;
}

/** One learning of both axes' vectors, and how the leeway of each fares over the draws. */
export interface CalibratedVectors {
  /** Of the two vectors at the layer. */
  readonly cosine: number;
  readonly leeway: readonly LeewayFared[];
}

/** What the whole pipeline does on a model whose truth is known. */
export interface Calibration {
  readonly model: { readonly id: string; readonly revision: string; readonly backend: string };
  readonly layer: number;
  readonly strength: number;
  /** Test dilemmas, training dilemmas behind each vector, and dilemmas in a draw. */
  readonly n: { readonly test: number; readonly learnedFrom: number; readonly drawn: number };
  readonly draws: number;
  readonly seed: number;
  /** The unpushed model's axis scores. */
  readonly scores: Readonly<Record<Axis, Fared>>;
  readonly vectors: readonly CalibratedVectors[];
}

export interface CalibrationOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** Half of each item's and domain's pairs, drawn without replacement. */
function half(pairs: readonly TextPair[], random: () => number): number[] {
  const cells = new Map<string, number[]>();
  pairs.forEach(({ about }, place) => {
    const key = about ? `${about.wvsId} ${domainKey(about.domain)}` : '';
    cells.set(key, [...(cells.get(key) ?? []), place]);
  });
  return [...cells.values()].flatMap((cell) => shuffled(cell, random).slice(0, Math.ceil(cell.length / 2)));
}

/**
 * Runs the pipeline on the loaded phantom many times: vectors learned from halves of the training dilemmas, every test
 * dilemma asked under them both ways, then draws of dilemmas, each measured as a study would be.
 * @throws LeewayError as `probe` and `readResiduals` do.
 */
export async function calibrate(
  engine: Engine,
  plan: CalibrationPlan,
  { signal, onProgress }: CalibrationOptions = {},
): Promise<Calibration> {
  const { training, test, protocol, layer, strength, learnings, draws, each, seed } = plan;
  const { id, revision, backend } = loadedProvenance(engine);
  const { pairs } = dilemmaPairs(training);
  const table = await readResiduals(engine, pairs, { signal });
  const random = seededRandom(seed);
  const ask = async (push?: { vector: LayerVector; strength: number }): Promise<readonly ProbeAnswer[]> => {
    const manner = { unit: 'norm', way: 'add', at: 'all' } as const;
    const steer = push ? steersOf([{ ...push, ...manner }]) : [];
    return (await probe(engine, { dilemmas: test.dilemmas, protocol, steer }, { signal })).answers;
  };
  const coverage = { draws, each, seed };
  const plain = await ask();
  const scores = scoreCoverage(plain, coverage);
  const vectors: CalibratedVectors[] = [];
  let learnedFrom = 0;
  for (let learning = 1; learning <= learnings; learning++) {
    const places = half(pairs, random);
    learnedFrom = places.length;
    const some = {
      layers: table.layers.map((residuals) => residuals.only(places)),
      norms: table.norms,
      means: table.means,
    };
    const chosen = places.map((place) => pairs[place] as TextPair);
    const leeway: LeewayFared[] = [];
    const found: LayerVector[] = [];
    for (const axis of AXES) {
      onProgress?.(`${id}: vectors ${learning} of ${learnings}, ${axis}`);
      const made = await makeVectors(some, chosen, { selection: { kind: 'axis', axis }, method: 'mean' });
      const vector = made[layer];
      if (!vector) continue;
      found.push(vector);
      const doses = [];
      for (const way of [-strength, strength])
        doses.push({ strength: way, answers: await ask({ vector, strength: way }) });
      const population: Answer[] = slopesOf([...doses, { strength: 0, answers: plain }]);
      leeway.push(leewayCoverage(axis, population, { ...coverage, seed: seed + learning }));
    }
    vectors.push({ cosine: cosine(found[0]?.direction ?? [], found[1]?.direction ?? []), leeway });
  }
  return {
    model: { id, revision, backend },
    ...{ layer, strength, draws, seed, scores, vectors },
    n: {
      test: test.dilemmas.length,
      learnedFrom,
      drawn: each * new Set(test.dilemmas.map(({ wvsId, domain }) => `${wvsId} ${domainKey(domain)}`)).size,
    },
  };
}
