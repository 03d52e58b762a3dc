import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importRuns } from '../../src/runs/import-runs.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { fromAxisVectors } from '../../src/runs/vector-set.ts';
import { letterAnswers, letterProbe } from '../unit/runs/runs.ts';

const NAME = 'leeway-runs';

beforeEach(() => deleteDB(NAME));
afterEach(() => deleteDB(NAME));

describe('the run store', () => {
  it('brings the probes of a version-1 database along, and their answers', async () => {
    const old = await openDB(NAME, 1, {
      upgrade(db) {
        db.createObjectStore('probes', { keyPath: 'key' });
        db.createObjectStore('vectors', { keyPath: 'key' });
      },
    });
    const run = letterProbe();
    const push = { axis: 'traditional_secular', layer: 12, strength: 0.15, unit: 'norm' } as const;
    const answers = run.answers.map(({ id, logOddsHigh, positionBias, answerMass, orders }) => ({
      id,
      logOddsHigh,
      positionBias,
      answerMass,
      orders,
    }));
    const { name, sha256 } = run.scenarios;
    const probe = { ...run, kind: undefined, schema: 1, scenarios: { name, sha256 }, answers };
    await old.put('probes', { ...probe, key: 'probe|plain' });
    await old.put('probes', { ...probe, key: 'probe|pushed', steering: push });
    await old.put('vectors', { key: 'vectors|x', schema: 1 });
    old.close();

    const store = await RunStore.open();
    expect(store.durable).toBe(true);
    const pushed = letterProbe({ steering: [{ ...push, vector: 'axis:traditional_secular' }] });
    expect(await store.run(run.key)).toEqual(run);
    expect(await store.run(pushed.key)).toEqual(pushed);
    expect(await store.runs()).toHaveLength(2);
    // Vectors of the first schema were learned otherwise: they are there, but not taken up.
    expect(await store.vectors('vectors|x')).toBeUndefined();
    const db = await openDB(NAME);
    expect([...db.objectStoreNames]).toEqual(['runs', 'scenarios', 'vectors']);
    db.close();
  });

  it('brings both axes’ vectors of a version-2 database along as a set each', async () => {
    const old = await openDB(NAME, 2, {
      upgrade(db) {
        for (const name of ['runs', 'vectors']) db.createObjectStore(name, { keyPath: 'key' });
        db.createObjectStore('scenarios', { keyPath: 'sha256' });
      },
    });
    const { model } = letterProbe();
    const vectors = {
      schema: 2,
      key: 'vectors|both',
      updated: '2026-05-01T10:00:00.000Z',
      model,
      scenarios: { name: 'train.json', sha256: 'a'.repeat(64) },
      directions: {
        traditional_secular: [Float32Array.from([1, 2]), Float32Array.from([3, 4])],
        survival_self_expression: [Float32Array.from([5, 6]), Float32Array.from([7, 8])],
      },
      residualNorms: [10, 20],
      pairs: { traditional_secular: 2, survival_self_expression: 3 },
    } as const;
    await old.put('vectors', vectors);
    await old.put('vectors', { key: 'vectors|x', schema: 1 });
    old.close();

    const store = await RunStore.open();
    const sets = await store.vectorSets(model);
    expect(sets).toHaveLength(2);
    for (const set of fromAxisVectors(vectors)) expect(await store.vectors(set.key)).toEqual(set);
    expect(await store.vectors('vectors|both')).toBeUndefined();
    expect(await (await RunStore.open()).vectorSets(model)).toEqual(sets);
    expect(await store.vectorSets({ ...model, revision: 'another' })).toEqual([]);
  });

  it('keeps runs over reopening, the newest first, and forgets what is deleted', async () => {
    const store = await RunStore.open();
    const first = letterProbe({ updated: '2026-05-01T10:00:00.000Z' });
    const second = letterProbe({ system: 'Be brief.', updated: '2026-05-02T10:00:00.000Z' });
    await store.mergeRun(first);
    await store.mergeRun(second);
    const again = await RunStore.open();
    expect(await again.runs()).toEqual([second, first]);
    await again.deleteRun(first.key);
    expect(await (await RunStore.open()).runs()).toEqual([second]);
  });

  it('that cannot write any more keeps for the visit and says so', async () => {
    const store = await RunStore.open();
    const kept = letterProbe();
    await store.mergeRun(kept);
    // Deleting the database makes the store's connection close itself, as a newer version in another tab does.
    await deleteDB(NAME);
    expect(store.durable).toBe(true);
    const run = letterProbe({ system: 'Be brief.' });
    await store.mergeRun(run);
    expect(store.durable).toBe(false);
    expect(await store.run(run.key)).toEqual(run);
    expect(await store.runs()).toEqual([run]);
  });

  it('opens for the visit where another tab holds an older version and does not let go', async () => {
    const old = await openDB(NAME, 1, { upgrade: (db) => void db.createObjectStore('probes') });
    const store = await RunStore.open();
    expect(store.durable).toBe(false);
    await store.mergeRun(letterProbe());
    expect(await store.runs()).toHaveLength(1);
    old.close();
  });

  it('takes runs in: new, completed, already here', async () => {
    const store = await RunStore.open();
    const half = letterProbe({ answers: letterAnswers().slice(0, 12) });
    const other = letterProbe({ protocol: 'cloze' });
    expect(await importRuns(store, [half, other])).toEqual({ new: 2, completed: 0, 'already here': 0 });
    expect(await importRuns(store, [letterProbe(), other])).toEqual({
      new: 0,
      completed: 1,
      'already here': 1,
    });
    expect(await (await RunStore.open()).run(half.key)).toEqual(letterProbe());
  });
});
