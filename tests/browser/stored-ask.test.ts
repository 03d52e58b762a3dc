import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { storedAsk } from '../../src/experiments/stored-ask.ts';
import { importRuns } from '../../src/runs/import-runs.ts';
import type { ProbeRun } from '../../src/runs/run.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import type { Dilemma } from '../../src/science/dilemma.ts';
import { letterAnswers, letterProbe } from '../unit/runs/runs.ts';

beforeEach(() => deleteDB('leeway-runs'));
afterEach(() => deleteDB('leeway-runs'));

it('an answer that an import brings while a probe goes on is kept', async () => {
  const asked = letterProbe({ protocol: 'cloze' });
  const engine = {
    model: asked.model,
    encode: (texts: readonly unknown[]) => Promise.resolve(texts.map(() => [1])),
    run: (rows: readonly unknown[]) =>
      Promise.resolve({
        rows: rows.map(() => ({ scores: Float32Array.of(-1) })),
        tokenLayers: { computed: 1, naive: 1 },
      }),
  } as unknown as Engine;
  const questions = letterAnswers()
    .slice(0, 3)
    .map(({ index, id, wvsId, axis, domain }): Dilemma => ({
      ...{ index, id, wvsId, axis, domain },
      scenario: 'A scene.',
      options: { A: 'one', B: 'other' },
      highAt: 'A',
    }));
  const store = await RunStore.open();
  const brought = letterProbe({ protocol: 'cloze', answers: letterAnswers().slice(20, 22) });
  let done = 0;
  await storedAsk<Dilemma, ProbeRun>(
    engine,
    store,
    {
      kind: 'probe',
      provenance: { protocol: 'cloze', scenarios: asked.scenarios, seed: asked.seed },
      questions,
      answer: ({ index, id, wvsId, axis, domain }, choice) => ({
        ...choice,
        ...{ index, id, wvsId, axis, domain },
      }),
    },
    {
      signal: new AbortController().signal,
      onAnswers: () => void (++done === 1 && importRuns(store, [brought])),
    },
  );
  const run = (await store.run(asked.key)) as ProbeRun;
  expect(done).toBe(3);
  expect(run.answers.map(({ index }) => index)).toEqual([0, 1, 2, 20, 21]);
  expect(run.answers.slice(3)).toEqual(brought.answers);
});
