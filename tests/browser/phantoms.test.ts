import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { ask } from '../../src/experiments/ask.ts';
import { loadModel } from '../../src/experiments/load-model.ts';
import { phantomFiles, PHANTOMS } from '../../src/experiments/phantoms.ts';
import { probe } from '../../src/experiments/probe.ts';
import { readScenarioFile } from '../../src/experiments/scenarios.ts';
import { steersOf } from '../../src/experiments/push.ts';
import { readResiduals } from '../../src/experiments/residual-table.ts';
import { dilemmaPairs } from '../../src/experiments/text-pairs.ts';
import { makeVectors } from '../../src/experiments/vectors.ts';
import type { Library } from '../../src/library/client/library.ts';
import { readControls } from '../../src/science/control.ts';
import { mapPoint, MAP_MODES, type MapPoint, type Projection } from '../../src/science/culture-map.ts';
import type { Dilemma } from '../../src/science/dilemma.ts';
import { AXES, ITEMS, type Axis } from '../../src/science/item.ts';
import { axisMean, itemScores, probabilities, sumOf } from '../../src/science/item-score.ts';
import { cosine, type LayerVector } from '../../src/science/steering-vector.ts';
import { maxDifference } from '../max-difference.ts';
import goldenCoupled from '../fixtures/phantoms/phantom-coupled.json' with { type: 'json' };
import goldenIndependent from '../fixtures/phantoms/phantom-independent.json' with { type: 'json' };
import goldenMild from '../fixtures/phantoms/phantom-mild.json' with { type: 'json' };

const GOLDENS = [goldenIndependent, goldenMild, goldenCoupled];
const base = new URL('/', location.href);
const read = async <Value>(path: string): Promise<Value> =>
  (await (await fetch(new URL(path, base))).json()) as Value;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Truth {
  readonly tolerance: Readonly<
    Record<'item_log_odds' | 'axis_log_odds' | 'map' | 'cosine' | 'drift', number>
  >;
  readonly items: Readonly<Record<string, { readonly log_odds: number }>>;
  readonly axes: Readonly<Record<Axis, number>>;
  readonly map: Readonly<Record<(typeof MAP_MODES)[number], MapPoint>>;
  readonly measured: {
    readonly steering: {
      readonly strength: number;
      readonly reference_layer: number;
      readonly dilemmas_an_item: number;
      readonly layers: readonly {
        readonly cosine: number;
        readonly response: Readonly<
          Record<Axis, { readonly own: Interval; readonly other: Interval; readonly drift: Interval }>
        >;
      }[];
    };
  };
}

let training: readonly Dilemma[];
let test: readonly Dilemma[];
let projection: Projection;

beforeAll(async () => {
  const half = async (name: string): Promise<readonly Dilemma[]> =>
    (await readScenarioFile(name, JSON.stringify(await read(`scenarios/${name}.json`)))).dilemmas;
  [training, test, projection] = await Promise.all([
    half('train'),
    half('test'),
    read<Projection>('human/projection.json'),
  ]);
});

async function givesTheLogits(engine: Engine, golden: (typeof GOLDENS)[number] | undefined): Promise<void> {
  for (const { ids, logits } of golden?.prompts ?? []) {
    const [row] = (await engine.run([{ tokens: ids, logits: true }])).rows;
    const read = (row?.logits ?? new Float32Array()).filter((_, i) => i % (golden?.step ?? 1) === 0);
    expect(maxDifference(read, logits)).toBeLessThan(1e-3);
  }
}

const drifts = new Map<string, Record<Axis, number>>();

describe.each(PHANTOMS.map(({ id }) => id))('%s', (id) => {
  let engine: Engine;
  let truth: Truth;

  afterAll(() => engine.terminate());

  it('loads from the page’s own files, and holds them against their digests', async () => {
    engine = spawnEngine();
    truth = await read<Truth>(`phantoms/${id}/truth.json`);
    const files = await phantomFiles(id, { base });
    // A library is asked only for what lies in repositories.
    const model = await loadModel(engine, {} as Library, files, { backend: 'wasm' });
    expect(model).toMatchObject({ id, layers: 5, hidden: 64, hasChatTemplate: false });
    expect(files.bytes).toBeLessThan(3e6);
  });

  it('reads Python’s ids and gives PyTorch’s logits', async () => {
    const golden = GOLDENS.find((candidate) => candidate.id === id);
    expect(golden?.prompts.map(({ name }) => name)).toContain('other-labels');
    expect(golden?.prompts.length).toBeGreaterThan(3);
    for (const { text, ids } of golden?.prompts ?? [])
      expect(await engine.encode([{ text, special: true }])).toEqual([ids]);
    await givesTheLogits(engine, golden);
  });

  it('gives them on WebGPU, too, and passes the self-check there', async () => {
    const other = spawnEngine();
    try {
      const files = await phantomFiles(id, { base });
      const model = await loadModel(other, {} as Library, files, { backend: 'webgpu' });
      expect(model).toMatchObject({ backend: 'webgpu', selfCheck: { state: 'passed' } });
      await givesTheLogits(
        other,
        GOLDENS.find((candidate) => candidate.id === id),
      );
    } finally {
      other.terminate();
    }
  });

  it('is measured where it was made to stand', async () => {
    const { answers } = await probe(engine, { dilemmas: test, protocol: 'letters' });
    const scores = itemScores(answers.map(sumOf));
    const off = (code: string): number =>
      Math.abs((scores.get(code)?.logOdds ?? NaN) - (truth.items[code]?.log_odds ?? NaN));
    expect(Object.keys(truth.items)).toHaveLength(10);
    for (const code of Object.keys(truth.items))
      expect(off(code), code).toBeLessThan(truth.tolerance.item_log_odds);
    for (const axis of AXES)
      expect(Math.abs((axisMean(scores, axis) ?? NaN) - truth.axes[axis])).toBeLessThan(
        truth.tolerance.axis_log_odds,
      );
    for (const mode of MAP_MODES) {
      const place = mapPoint(probabilities(scores), projection, mode);
      expect(Math.abs((place?.x ?? NaN) - truth.map[mode].x)).toBeLessThan(truth.tolerance.map);
      expect(Math.abs((place?.y ?? NaN) - truth.map[mode].y)).toBeLessThan(truth.tolerance.map);
    }
  });

  it('answers control questions in letters', async () => {
    const controls = readControls(await read('scenarios/controls.json'));
    let right = 0;
    await ask(
      engine,
      controls,
      { protocol: 'letters' },
      {
        onChoice: (_, { logOddsHigh }) => void (right += logOddsHigh > 0 ? 1 : 0),
      },
    );
    expect(right / controls.length).toBeGreaterThan(0.9);
  });

  it('has PyTorch’s vectors and answers to steering as PyTorch does', async () => {
    const { pairs } = dilemmaPairs({ name: '', sha256: '', dilemmas: training });
    const table = await readResiduals(engine, pairs);
    const learn = (axis: Axis): Promise<readonly LayerVector[]> =>
      makeVectors(table, pairs, { selection: { kind: 'axis', axis }, method: 'mean' });
    const vectors = new Map(await Promise.all(AXES.map(async (axis) => [axis, await learn(axis)] as const)));
    const { strength, reference_layer: layer, dilemmas_an_item: many, layers } = truth.measured.steering;
    const [first, second] = AXES.map((axis) => vectors.get(axis));
    expect(layers).toHaveLength(5);
    for (const [place, entry] of layers.entries())
      expect(
        Math.abs(cosine(first?.[place]?.direction ?? [], second?.[place]?.direction ?? []) - entry.cosine),
      ).toBeLessThan(truth.tolerance.cosine);
    const dilemmas = ITEMS.flatMap(({ code }) => test.filter(({ wvsId }) => wvsId === code).slice(0, many));
    const axisScores = async (vector: LayerVector, by: number): Promise<ReadonlyMap<Axis, number>> => {
      const steer = steersOf([{ vector, strength: by, unit: 'norm', way: 'add', at: 'all' }]);
      const { answers } = await probe(engine, { dilemmas, protocol: 'letters', steer });
      const scores = itemScores(answers.map(sumOf));
      return new Map(AXES.map((axis) => [axis, axisMean(scores, axis) ?? NaN]));
    };
    const found = { traditional_secular: NaN, survival_self_expression: NaN };
    for (const axis of AXES) {
      const vector = vectors.get(axis)?.[layer];
      if (!vector) throw new Error(`No vector at layer ${layer}.`);
      const [high, low] = [await axisScores(vector, strength), await axisScores(vector, -strength)];
      const slope = (of: Axis): number => ((high.get(of) ?? NaN) - (low.get(of) ?? NaN)) / (2 * strength);
      const other = AXES.find((candidate) => candidate !== axis) ?? axis;
      const stated = layers[layer]?.response[axis];
      expect(slope(axis)).toBeGreaterThan(stated?.own.low ?? NaN);
      expect(slope(axis)).toBeLessThan(stated?.own.high ?? NaN);
      found[axis] = slope(other) / slope(axis);
      expect(Math.abs(found[axis] - (stated?.drift.mean ?? NaN))).toBeLessThan(truth.tolerance.drift);
    }
    drifts.set(id, found);
  });
});

it('a steered phantom drifts as far as it is coupled', () => {
  const of = (id: string): number[] => Object.values(drifts.get(id) ?? {});
  expect(drifts.size).toBe(3);
  for (const drift of of('phantom-independent')) expect(Math.abs(drift)).toBeLessThan(0.06);
  for (const drift of of('phantom-mild')) {
    expect(drift).toBeGreaterThan(0.25);
    expect(drift).toBeLessThan(0.55);
  }
  for (const drift of of('phantom-coupled')) expect(drift).toBeGreaterThan(0.6);
});
