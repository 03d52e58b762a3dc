import { describe, expect, it } from 'vitest';
import { measureResponse, responseCost } from '../../../src/experiments/leeway/measure.ts';
import type { ResponsePlan } from '../../../src/experiments/leeway/plan.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { MADE_ITEMS, madeTest, madeTraining } from './made-dilemmas.ts';
import { PushedEngine } from './pushed-engine.ts';

/** One of each axis. */
const items = [MADE_ITEMS[0], MADE_ITEMS[2]];

const PLAN: ResponsePlan = {
  kinds: ['axis'],
  layer: 1,
  sizes: [0.1, 0.2],
  test: madeTest({ rounds: 2, items }),
  limit: 8,
  training: madeTraining({ rounds: 2, items }),
  random: 2,
  shuffled: 1,
  orthogonal: true,
  labelSets: ['XY'],
  protocol: 'cloze',
  seed: 1,
};

async function totalOf(plan: ResponsePlan): Promise<number> {
  const fake = new PushedEngine({ toward: [0, 0.3], damage: [0, 0] });
  let last = { done: 0, total: 0 };
  await measureResponse(fake.engine, await RunStore.open(), plan, {
    signal: new AbortController().signal,
    onProgress: (progress) => (last = progress),
  });
  expect(last.done).toBe(last.total);
  return last.total;
}

describe('the questions of a study', () => {
  it('are told before it begins', async () => {
    for (const plan of [
      PLAN,
      { ...PLAN, random: 0, shuffled: 0, orthogonal: false },
      { ...PLAN, kinds: ['item', 'domain'] as const, orthogonal: false, shuffled: 0 },
    ])
      expect(await totalOf(plan)).toBe(responseCost(plan));
  });

  it('are eight for each push and the baseline', () => {
    // Four real vectors at two sizes both ways, two random and two shuffled ones at one; cloze has no labels.
    expect(responseCost(PLAN)).toBe(8 * (1 + 4 * 4 + 4 * 2));
    // In letters the baseline and both axes come once more under other labels, without an axis nothing does.
    expect(responseCost({ ...PLAN, protocol: 'letters' })).toBe(8 * (1 + 4 * 4 + 4 * 2 + 1 + 2 * 4));
    expect(responseCost({ ...PLAN, protocol: 'letters', kinds: ['item'] })).toBe(8 * (1 + 2 * 4 + 2 * 2));
  });
});
