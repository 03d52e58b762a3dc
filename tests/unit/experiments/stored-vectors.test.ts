import { describe, expect, it } from 'vitest';
import { readPairFile } from '../../../src/experiments/own-pairs.ts';
import { readResiduals } from '../../../src/experiments/residual-table.ts';
import { storedVectors } from '../../../src/experiments/stored-vectors.ts';
import { dilemmaPairs, ownPairs } from '../../../src/experiments/text-pairs.ts';
import { makeVectors, pairsOf, type VectorRequest } from '../../../src/experiments/vectors.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { fromAxisVectors, vectorKey, type OldVectors } from '../../../src/runs/vector-set.ts';
import { METHODS } from '../../../src/science/directions/direction.ts';
import { AXES, type Axis } from '../../../src/science/item.ts';
import { cosine, norm } from '../../../src/science/steering-vector.ts';
import { FakeEngine, type Opinion } from './fake-engine.ts';

const DOMAINS = ['family', 'legal', 'workplace'];
const ITEMS: readonly (readonly [string, Axis])[] = [
  ['F063', 'traditional_secular'],
  ['A165', 'survival_self_expression'],
];

/** Two dilemmas of each item and domain. */
const training = {
  name: 'train.json',
  sha256: 'a'.repeat(64),
  dilemmas: [0, 1].flatMap((round) =>
    DOMAINS.flatMap((domain, d) =>
      ITEMS.map(([wvsId, axis], i) => ({
        index: 6 * round + 2 * d + i,
        id: `${wvsId}-${domain}-${round}`,
        wvsId,
        axis,
        domain,
        scenario: `Scene ${wvsId} ${domain} ${round}.`,
        options: { A: 'HIGH', B: 'LOW' },
        highAt: 'A' as const,
      })),
    ),
  ),
};

/** The high pole of F063 lies along the first column, that of A165 along the second; every scene adds its own. */
const opinion: Opinion = {
  residual: (text) => {
    const push = text.includes('HIGH') || text.startsWith('Yes') ? 1 : -1;
    const scene = (text.length % 5) / 10 + (text.includes('legal') ? 0.3 : 0);
    return text.includes('A165') ? [scene, 2 * push + scene] : [3 * push + scene, scene * push];
  },
};

const axes = (method: VectorRequest['method']): VectorRequest[] =>
  AXES.map((axis) => ({ selection: { kind: 'axis', axis }, method }));

describe('stored vectors', () => {
  it('of several methods and selections live beside each other, made from one reading', async () => {
    const fake = new FakeEngine(opinion);
    const store = await RunStore.open();
    const source = dilemmaPairs(training);
    const requests: VectorRequest[] = [
      ...METHODS.flatMap(axes),
      { selection: { kind: 'item', item: 'F063' }, method: 'mean' },
      { selection: { kind: 'domain', domain: 'legal' }, method: 'mean' },
      { selection: { kind: 'all' }, method: 'pca' },
    ];
    const sets = await storedVectors(fake.engine, store, source, requests, { seed: 5 });
    expect(sets.map(({ method, selection, pairs }) => `${method} ${selection} ${pairs}`)).toEqual([
      ...METHODS.flatMap((method) => AXES.map((axis) => `${method} axis:${axis} 6`)),
      'mean item:F063 6',
      'mean domain:legal 4',
      'pca all 12',
    ]);
    expect(fake.asked).toHaveLength(24);
    for (const set of sets) {
      expect(set).toMatchObject({ seed: 5, data: { name: 'train.json', sha256: training.sha256, n: 12 } });
      expect(set.model).toMatchObject({ id: 'fake', revision: '1', dtype: 'fp32', backend: 'wasm' });
      expect(set.layers.map(({ layer }) => layer)).toEqual([0, 1]);
      // One yardstick for all: the norms are means over all pairs, whatever the selection.
      expect(set.layers[0]?.residualNorm).toBe(sets[0]?.layers[0]?.residualNorm);
      expect(set.layers[0]?.agreement?.pairwise.mean).toBeGreaterThan(
        set.selection.startsWith('axis') ? 0.9 : 0.3,
      );
    }
    // All point to the high pole and have one length; a probe turns away from what the scenes share.
    for (const set of sets.slice(0, 6)) {
      const mean = sets.find((other) => other.method === 'mean' && other.selection === set.selection);
      const [own, first] = [set.layers[0]?.direction ?? [], mean?.layers[0]?.direction ?? []];
      expect(cosine(own, first)).toBeGreaterThan(set.method === 'logistic' ? 0.1 : 0.99);
      expect(norm(own)).toBeCloseTo(norm(first), 5);
    }
    const again = await storedVectors(fake.engine, store, source, requests, { seed: 5 });
    expect(again).toEqual(sets);
    expect(fake.asked).toHaveLength(24);
    expect(await store.vectorSets(sets[0]?.model as never)).toHaveLength(9);
    await store.deleteVectors(sets[8]?.key ?? '');
    expect(await store.vectors(sets[8]?.key ?? '')).toBeUndefined();
  });

  it('of the axes are those that are learned, and are learned once for so many dilemmas', async () => {
    const fake = new FakeEngine(opinion);
    const store = await RunStore.open();
    const source = dilemmaPairs(training);
    const stored = await storedVectors(fake.engine, store, source, axes('mean'), { seed: 1 });
    const table = await readResiduals(new FakeEngine(opinion).engine, source.pairs);
    for (const [i, request] of axes('mean').entries()) {
      const learned = await makeVectors(table, source.pairs, request);
      expect(stored[i]?.layers).toHaveLength(learned.length);
      stored[i]?.layers.forEach((vector, layer) => expect(vector).toMatchObject(learned[layer] ?? {}));
      expect(stored[i]?.pairs).toBe(pairsOf(request.selection, source.pairs).length);
      expect(stored[i]?.data.n).toBe(12);
    }
    const asked = fake.asked.length;
    await storedVectors(fake.engine, store, source, axes('mean'), { seed: 2 });
    expect(fake.asked).toHaveLength(asked);
    const fewer = await storedVectors(fake.engine, store, dilemmaPairs(training, 6), axes('mean'), {
      seed: 1,
    });
    expect(fewer.map(({ data }) => data.n)).toEqual([6, 6]);
    expect(fake.asked).toHaveLength(asked + 12);
  });

  it('of an own file point to its positive texts', async () => {
    const pairs = await readPairFile('mine.csv', 'Yes to that,No to that\nYes,No\nYes indeed,No indeed\n');
    const store = await RunStore.open();
    const requests = METHODS.map((method) => ({ selection: { kind: 'all' }, method }) as const);
    const sets = await storedVectors(new FakeEngine(opinion).engine, store, ownPairs(pairs), requests, {
      seed: 1,
    });
    for (const set of sets) {
      expect(set.data).toEqual({ name: 'mine.csv', sha256: pairs.sha256, n: 3 });
      expect(set.layers[1]?.direction[0]).toBeGreaterThan(set.method === 'logistic' ? 0 : 5);
    }
  });

  it('of a selection without a pair are refused before anything is read', async () => {
    const fake = new FakeEngine(opinion);
    const store = await RunStore.open();
    const request = { selection: { kind: 'item', item: 'Y002' }, method: 'mean' } as const;
    await expect(
      storedVectors(fake.engine, store, dilemmaPairs(training), [request], { seed: 1 }),
    ).rejects.toMatchObject({
      code: 'scenario-invalid',
      message: expect.stringContaining('item:Y002') as string,
    });
    await expect(
      storedVectors(fake.engine, store, dilemmaPairs(training, 1), axes('mean'), { seed: 1 }),
    ).rejects.toMatchObject({
      code: 'scenario-invalid',
      message: 'The training dilemmas hold none of the axis survival_self_expression.',
    });
    expect(fake.asked).toHaveLength(0);
  });
});

describe('vectors of schema 2', () => {
  it('become a mean set of each axis, under the keys by which they are looked for', () => {
    const model = new FakeEngine(opinion).model as unknown as OldVectors['model'];
    const directions = { traditional_secular: [[1, 2]], survival_self_expression: [[3, 4]] };
    const old = {
      schema: 2,
      key: 'vectors|old',
      updated: '2026-05-01T10:00:00.000Z',
      model,
      scenarios: { name: 'train.json', sha256: training.sha256 },
      directions: {
        traditional_secular: directions.traditional_secular.map((row) => Float32Array.from(row)),
        survival_self_expression: directions.survival_self_expression.map((row) => Float32Array.from(row)),
      },
      residualNorms: [7],
      pairs: { traditional_secular: 5, survival_self_expression: 7 },
    } as const satisfies OldVectors;
    const sets = fromAxisVectors(old);
    expect(sets.map(({ pairs, selection }) => [pairs, selection])).toEqual([
      [5, 'axis:traditional_secular'],
      [7, 'axis:survival_self_expression'],
    ]);
    for (const set of sets) {
      expect(set.data.n).toBe(12);
      expect(set.key).toBe(vectorKey(model, set));
      expect(set.layers).toHaveLength(1);
      expect(set.layers[0]).toMatchObject({ layer: 0, residualNorm: 7 });
    }
    expect([...(sets[1]?.layers[0]?.direction ?? [])]).toEqual([3, 4]);
  });
});
