import { describe, expect, it } from 'vitest';
import { storedControls } from '../../../src/experiments/control-check.ts';
import { heldOut } from '../../../src/experiments/held-out.ts';
import {
  searchCost,
  searchDilemmas,
  searchLayers,
  smallest,
  type SearchProgress,
} from '../../../src/experiments/layer-search.ts';
import { NeutralReader, PASSAGE_TOKENS } from '../../../src/experiments/neutral.ts';
import { vectorPush } from '../../../src/experiments/push.ts';
import { measureSideEffects } from '../../../src/experiments/side-effects.ts';
import { storedVectors } from '../../../src/experiments/stored-vectors.ts';
import { dilemmaPairs } from '../../../src/experiments/text-pairs.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import type { NeutralRun } from '../../../src/runs/run.ts';
import type { VectorSet } from '../../../src/runs/vector-set.ts';
import type { ControlQuestion } from '../../../src/science/control.ts';
import { madeTest, madeTraining } from './made-dilemmas.ts';
import { PushedEngine, type Leaning } from './pushed-engine.ts';

const training = madeTraining({ rounds: 4 });
const test = madeTest({ rounds: 2 });
const passages = {
  name: 'passages.json',
  sha256: 'c'.repeat(64),
  passages: Array.from({ length: 5 }, (_, index) => ({
    index,
    id: `passage-${index}`,
    text: `On ${index} roofs rain falls ${'again and again '.repeat(8 + 20 * index)}and on.`,
  })),
};
const controls = {
  name: 'controls.json',
  sha256: 'd'.repeat(64),
  questions: Array.from({ length: 6 }, (_, index): ControlQuestion => ({
    index,
    id: `control-${index}`,
    form: 'plain',
    topic: 'x',
    scenario: `Question ${index}.`,
    options: { A: 'RIGHT', B: 'WRONG' },
    highAt: 'A',
  })),
};

/** Layer 1 carries the value at little cost, layer 2 carries more and breaks the prose, the others do nothing. */
const LEANING: Leaning = { toward: [0, 0.3, 0.9, 0], damage: [0, 0.02, 3, 0.02] };
const manner = { way: 'add', at: 'all', unit: 'norm' } as const;
const { signal } = new AbortController();

async function stage(leaning = LEANING) {
  const fake = new PushedEngine(leaning);
  const store = await RunStore.open();
  const reader = new NeutralReader(fake.engine, store);
  const [set] = await storedVectors(
    fake.engine,
    store,
    dilemmaPairs(training, 16),
    [{ selection: { kind: 'axis', axis: 'traditional_secular' }, method: 'mean' }],
    { seed: 1 },
  );
  fake.asked.length = 0;
  return { fake, store, reader, set: set as VectorSet };
}
const specOf = (set: VectorSet) => ({
  ...{ set, manner, layers: [0, 1, 2, 3], strengths: [0, 0.2, 0.1], closer: 2, training, limit: 8, passages },
  ...{ passageLimit: 3, protocol: 'cloze' as const, seed: 1 },
});

describe('a layer search', () => {
  it('finds the layer that carries the value, and not the one that breaks the model', async () => {
    const { fake, store, reader, set } = await stage();
    const seen: SearchProgress[] = [];
    const spec = specOf(set);
    const found = await searchLayers(fake.engine, store, reader, spec, {
      signal,
      onProgress: (progress) => seen.push(progress),
    });
    expect(found.axis).toBe('traditional_secular');
    expect(found.paper).toMatchObject({ strength: 0.1, among: 4 });
    expect(found.careful?.cell).toMatchObject({ layer: 1, strength: 0.2 });
    expect(found.careful?.broken).toBeGreaterThan(0);
    // All layers at the small strength, the two that moved at both.
    expect(found.cells.map(({ layer, strength }) => `${layer} ${strength}`).sort()).toEqual(
      ['0 0.1', '1 0.1', '1 0.2', '2 0.1', '2 0.2', '3 0.1'].sort(),
    );
    for (const { layer, drift, shift } of found.cells) {
      expect(drift !== undefined).toBe(layer === 1 || layer === 2);
      expect(shift?.n).toBe(8);
      if (drift) expect(drift.mean).toBeCloseTo(0, 6);
    }
    // The count ends at what was told before.
    expect(seen.at(-1)).toMatchObject({ done: searchCost(spec, found.dilemmas), stored: 0 });
    expect(new Set(fake.asked).size).toBe(fake.asked.length);
  });

  it('asks training dilemmas that the vectors were not learned from, and says where there are none', async () => {
    const { set } = await stage();
    const { own, other, apart } = searchDilemmas({ set, training, limit: 99 }, 'traditional_secular');
    expect(apart).toBe(true);
    expect([...own, ...other].every(({ index }) => index >= 16)).toBe(true);
    expect(own).toHaveLength(8);
    expect(other.every(({ axis }) => axis === 'survival_self_expression')).toBe(true);
    const whole = { ...set, data: { ...set.data, n: training.dilemmas.length } };
    expect(searchDilemmas({ set: whole, training, limit: 4 }, 'traditional_secular')).toMatchObject({
      apart: false,
    });
    expect(() => smallest([0])).toThrow(RangeError);
  });

  it('goes on where it was stopped, and asks nothing twice', async () => {
    const { fake, store, reader, set } = await stage();
    const abort = new AbortController();
    const stopped = searchLayers(fake.engine, store, reader, specOf(set), {
      signal: abort.signal,
      onProgress: ({ done }) => done >= 40 && abort.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const before = fake.asked.length;
    let stored = 0;
    const found = await searchLayers(fake.engine, store, reader, specOf(set), {
      signal,
      onProgress: (progress) => (stored = progress.stored),
    });
    expect(before).toBeGreaterThan(30);
    expect(stored).toBeGreaterThanOrEqual(40);
    expect(new Set(fake.asked).size).toBe(fake.asked.length);
    const again = await searchLayers(fake.engine, store, reader, specOf(set), { signal });
    expect(again).toEqual(found);
    expect(new Set(fake.asked).size).toBe(fake.asked.length);
  });

  it('wants vectors of an axis', async () => {
    const { fake, store, reader, set } = await stage();
    await expect(
      searchLayers(fake.engine, store, reader, specOf({ ...set, selection: 'all' }), { signal }),
    ).rejects.toMatchObject({ code: 'request-invalid' });
  });
});

describe('a choice on held-out dilemmas', () => {
  it('is held against random vectors of its norm, all of them stored', async () => {
    const { fake, store, reader, set } = await stage();
    const spec = {
      ...{ set, axis: 'traditional_secular' as const, manner, layers: [1], strength: 0.2, test, limit: 8 },
      ...{ random: 9, passages, controls, protocol: 'cloze' as const, seed: 1 },
    };
    const found = await heldOut(fake.engine, store, reader, spec, { signal });
    expect(found.shift?.interval?.low).toBeGreaterThan(0);
    expect(found.drift?.mean).toBeCloseTo(0, 5);
    expect(found.randomShifts).toHaveLength(9);
    expect(found.chance?.atLeast).toBe(
      found.randomShifts.filter((one) => one >= (found.shift?.mean ?? 0)).length,
    );
    expect(found.sideEffects.controls).toMatchObject({ n: 6, lost: 0, gained: 0, p: 1 });
    const asked = fake.asked.length;
    expect(await heldOut(fake.engine, store, reader, spec, { signal })).toEqual(found);
    expect(fake.asked).toHaveLength(asked);
    const runs = await store.runs();
    const random = runs
      .flatMap((run) => (run.kind === 'probe' ? (run.steering ?? []) : []))
      .filter(({ method }) => method === 'random');
    expect(random).toHaveLength(9);
    expect(random[0]).toMatchObject({ layer: 1, strength: 0.2, unit: 'norm' });
  });
});

describe('side effects', () => {
  it('of no push are none at all', async () => {
    const { fake, store, reader, set } = await stage();
    const idle = vectorPush(set, 1, 0, manner);
    const spec = { passages, controls, protocol: 'cloze', seed: 1, pushes: idle ? [idle] : [] } as const;
    const found = await measureSideEffects(fake.engine, store, reader, spec, { signal });
    expect(found.perplexity).toMatchObject({ mean: 1, interval: { low: 1, high: 1 } });
    expect(found.kl).toMatchObject({ mean: 0, interval: { low: 0, high: 0 } });
    expect(found.controls).toMatchObject({ lost: 0, gained: 0, p: 1 });
    // Nothing pushed is one run, whatever was asked for.
    expect(await store.runs()).toHaveLength(2);
  });

  it('grow with the push, tell what is known on the way, and are not asked twice', async () => {
    const { fake, store, reader, set } = await stage();
    const push = (strength: number) => [vectorPush(set, 2, strength, manner)].flatMap((one) => one ?? []);
    const spec = { passages, controls, protocol: 'cloze', seed: 1 } as const;
    const known: boolean[] = [];
    const weak = await measureSideEffects(
      fake.engine,
      store,
      reader,
      { ...spec, pushes: push(0.1) },
      {
        signal,
        onProgress: ({ sideEffects, total }) => (known.push(!!sideEffects.kl), expect(total).toBe(22)),
      },
    );
    const strong = await measureSideEffects(
      fake.engine,
      store,
      reader,
      { ...spec, pushes: push(0.3) },
      { signal },
    );
    expect(known[0]).toBe(false);
    expect(known.at(-1)).toBe(true);
    expect(strong.perplexity?.mean).toBeGreaterThan(weak.perplexity?.mean ?? NaN);
    expect(strong.kl?.mean).toBeGreaterThan(weak.kl?.mean ?? NaN);
    expect(weak.kl?.mean).toBeGreaterThan(0);
    expect(new Set(fake.asked).size).toBe(fake.asked.length);
  });
});

describe('neutral passages', () => {
  it('are read to their middle, once unsteered for all pushes, and stored with their push', async () => {
    const { fake, store, reader, set } = await stage();
    const pushes = [vectorPush(set, 1, 0.2, manner)].flatMap((one) => one ?? []);
    const options = { signal, onAnswers: () => undefined };
    const first = await reader.read({ passages, limit: 2, seed: 1, pushes }, options);
    expect(fake.asked).toHaveLength(4);
    expect(first.map(({ tokens }) => tokens)).toEqual([30, PASSAGE_TOKENS - 1]);
    await reader.read({ passages, limit: 2, seed: 1 }, options);
    // What the unsteered model said was at hand.
    expect(fake.asked).toHaveLength(4);
    const runs = (await store.runs()).filter((run): run is NeutralRun => run.kind === 'neutral');
    expect(runs).toHaveLength(2);
    expect(runs.map(({ steering }) => steering?.length ?? 0).sort()).toEqual([0, 1]);
    expect(runs.find(({ steering }) => !steering)?.answers.every(({ kl }) => kl === 0)).toBe(true);

    // After a reload the stored answers stay; only what is missing is held against the unsteered model again.
    const later = new NeutralReader(fake.engine, store);
    const all = await later.read({ passages, limit: 3, seed: 1, pushes }, options);
    expect(all.slice(0, 2)).toEqual(first);
    expect(fake.asked).toHaveLength(6);
  });

  it('that give no number are named', async () => {
    const { fake, store, reader } = await stage({ ...LEANING });
    fake.run = () =>
      Promise.resolve({
        rows: [{ scores: Float32Array.of(NaN), logits: Float32Array.of(1, 2) }],
        tokenLayers: { computed: 1, naive: 1 },
      });
    await expect(
      reader.read({ passages, limit: 1, seed: 1 }, { signal, onAnswers: () => undefined }),
    ).rejects.toThrow(/passage-0/);
    expect(await store.runs()).toEqual([]);
  });
});

describe('control questions under a push', () => {
  it('are a run of their own', async () => {
    const { fake, store, set } = await stage();
    const pushes = [vectorPush(set, 1, 0.2, manner)].flatMap((one) => one ?? []);
    const options = { signal, onAnswers: () => undefined };
    await storedControls(fake.engine, store, controls, { protocol: 'cloze', seed: 1 }, options);
    await storedControls(fake.engine, store, controls, { protocol: 'cloze', seed: 1, pushes }, options);
    const runs = await store.runs();
    expect(
      runs.map((run) => (run.kind === 'controls' ? (run.steering?.[0]?.layer ?? 'none') : run.kind)).sort(),
    ).toEqual([1, 'none']);
  });
});
