import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { goThrough, measureForComparison, type QueueOutcome } from '../../../src/experiments/model-queue.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { FakeEngine, type Opinion } from './fake-engine.ts';

const dilemmas = (half: string) => ({
  name: `${half}.json`,
  sha256: (half === 'train' ? 'a' : 'b').repeat(64),
  dilemmas: ITEMS.map(({ code, axis }, index) => ({
    index,
    id: `${half}-${code}`,
    wvsId: code,
    axis,
    domain: 'family',
    scenario: `${half} ${axis} ${code}.`,
    options: { A: 'HIGH', B: 'LOW' },
    highAt: 'A' as const,
  })),
});
const materials = {
  scenarios: dilemmas('test'),
  train: dilemmas('train'),
  controls: {
    name: 'controls.json',
    sha256: 'c'.repeat(64),
    questions: Array.from({ length: 12 }, (_, index) => ({
      index,
      id: `c${index}`,
      form: 'plain' as const,
      topic: '',
      scenario: `Control ${index}.`,
      options: { A: 'HIGH', B: 'LOW' },
      highAt: 'A' as const,
    })),
  },
};
const opinion: Opinion = {
  next: (text, continuation) => (text.includes('A) HIGH') === continuation.includes('A') ? -0.1 : -3),
  option: (_stem, option) => (option.trim() === 'LOW' ? 0 : 0.3),
  residual: (text) => (text.includes('HIGH') ? [1, 0.5] : [-1, -0.5]),
};
const plan = { limit: 10, seed: 2, strength: 0.15 };

describe('one experiment over several models', () => {
  it('asks of each model controls, dilemmas, and four pushes, and nothing twice', async () => {
    const store = await RunStore.open();
    const fake = new FakeEngine(opinion);
    const counts: number[] = [];
    const signal = new AbortController().signal;
    await measureForComparison(fake.engine, store, materials, plan, {
      signal,
      onProgress: ({ done, total }) => {
        counts.push(done);
        expect(done).toBeLessThanOrEqual(total);
      },
    });
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    const kept = (await store.runs()).flatMap((run) =>
      run.kind === 'probe'
        ? [
            `${run.protocol} ${(run.steering ?? []).map(({ vector, strength, layer }) => `${vector} ${strength} @${layer}`).join()}`,
          ]
        : [],
    );
    expect(kept.sort()).toEqual([
      'letters ',
      'letters axis:survival_self_expression -0.15 @1',
      'letters axis:survival_self_expression 0.15 @1',
      'letters axis:traditional_secular -0.15 @1',
      'letters axis:traditional_secular 0.15 @1',
    ]);
    const asked = fake.asked.length;
    await measureForComparison(fake.engine, store, materials, plan, { signal });
    expect(fake.asked).toHaveLength(asked);
  });

  it('tells of a model that fails and goes on with the next', async () => {
    const told: [string, QueueOutcome][] = [];
    await goThrough(
      ['one', 'two', 'three'],
      (model) =>
        model === 'two'
          ? Promise.reject(new LeewayError('network', 'It cannot be reached.', 'Try later.'))
          : Promise.resolve(),
      { signal: new AbortController().signal, onOutcome: (model, outcome) => told.push([model, outcome]) },
    );
    expect(told).toEqual([
      ['one', { ok: true }],
      [
        'two',
        { ok: false, error: { code: 'network', message: 'It cannot be reached.', advice: 'Try later.' } },
      ],
      ['three', { ok: true }],
    ]);
  });

  it('stops at the model under way, which has no outcome then', async () => {
    const abort = new AbortController();
    const told: string[] = [];
    const begun: string[] = [];
    await expect(
      goThrough(
        ['one', 'two', 'three'],
        (model) => {
          begun.push(model);
          if (model === 'two') abort.abort();
          return model === 'two' ? Promise.reject(new Error('whatever stopped it')) : Promise.resolve();
        },
        { signal: abort.signal, onOutcome: (model) => told.push(model) },
      ),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toEqual(['one']);
    expect(begun).toEqual(['one', 'two']);
  });
});
