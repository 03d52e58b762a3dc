import { describe, expect, it } from 'vitest';
import { measureResponse, type ResponseProgress } from '../../../src/experiments/leeway/measure.ts';
import type { ResponsePlan } from '../../../src/experiments/leeway/plan.ts';
import { layersOf, responseStudies } from '../../../src/runs/response-study.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { readRunFile, writeRunFile } from '../../../src/runs/run-file.ts';
import { responseReport } from '../../../src/science/response/report.ts';
import { madeTest, madeTraining } from './made-dilemmas.ts';
import { PushedEngine } from './pushed-engine.ts';

const plan: ResponsePlan = {
  kinds: ['axis', 'item', 'domain'],
  layer: 1,
  sizes: [0.2, 0.1],
  test: madeTest({ rounds: 2 }),
  training: madeTraining({ rounds: 3 }),
  random: 4,
  shuffled: 3,
  orthogonal: true,
  labelSets: ['XY'],
  protocol: 'cloze',
  seed: 1,
};
const { signal } = new AbortController();

/** Layer 1 carries the value of items that begin with F; layer 2 half as much. */
const LEANING = { toward: [0, 0.8, 0.4, 0], damage: [0, 0, 0, 0] };

async function measured(changes: Partial<ResponsePlan> = {}) {
  const fake = new PushedEngine(LEANING);
  const store = await RunStore.open();
  const progress: ResponseProgress[] = [];
  await measureResponse(
    fake.engine,
    store,
    { ...plan, ...changes },
    {
      signal,
      onProgress: (one) => progress.push(one),
    },
  );
  return { fake, store, progress, studies: responseStudies(await store.runs()) };
}

describe('a response study', () => {
  it('asks the baseline once and every vector both ways, and counts what it asks', async () => {
    const { progress, studies } = await measured();
    // 2 axes, 4 items, 2 domains and 2 freed vectors at four strengths; chance at the smaller size both ways.
    const steps = 1 + 10 * 4 + 4 * 2 + 2 * 3 * 2;
    expect(progress.at(-1)).toMatchObject({ done: steps * 16, total: steps * 16, stored: 0 });
    expect(progress.every(({ done }, i) => done >= (progress[i - 1]?.done ?? 0))).toBe(true);
    expect(studies).toHaveLength(1);
    const [study] = studies;
    expect(study).toMatchObject({ layer: 1, unit: 'norm', n: 16, kinds: ['axis', 'item', 'domain'] });
    expect(study?.made.map(({ doses }) => doses.map(({ strength }) => strength))[0]).toEqual([
      -0.2, -0.1, 0, 0.1, 0.2,
    ]);
    expect([study?.random.length, study?.orthogonal.length, study?.shuffled.size]).toEqual([4, 2, 2]);
    expect(study?.shuffled.get('axis:traditional_secular')).toHaveLength(3);
  });

  it('finds what the model does: its axis moves, the other does not', async () => {
    const { studies } = await measured();
    const report = studies[0] && responseReport(studies[0], { seed: 1 });
    const cell = (row: string, column: string) =>
      report?.axis?.cells.find((one) => one.row === row && one.column === column);
    const own = cell('axis:traditional_secular', 'axis:traditional_secular');
    expect(own?.mean).toBeGreaterThan(0.3);
    expect(own?.null).toMatchObject({ n: 4 });
    expect(own?.shuffled).toMatchObject({ n: 3 });
    expect(
      Math.abs(cell('axis:traditional_secular', 'axis:survival_self_expression')?.mean ?? NaN),
    ).toBeLessThan(1e-6);
    expect(report?.item?.cells).toHaveLength(4 * 4);
    expect(report?.domain.traditional_secular?.columns).toHaveLength(2);
    expect(report?.axes[0]?.falsifier.verdict).toBe('no drift');
    expect(report?.axes[0]?.linear).toEqual({ end: 0.2 });
    // Without labels there is no position, and nothing to call otherwise.
    expect(report?.axes[0]?.bias).toBeUndefined();
    expect(report?.axes[0]?.relabelling).toBeUndefined();
  });

  it('asks nothing twice, and goes on where it was stopped', async () => {
    const fake = new PushedEngine(LEANING);
    const store = await RunStore.open();
    const abort = new AbortController();
    await expect(
      measureResponse(fake.engine, store, plan, {
        signal: abort.signal,
        onProgress: ({ done }) => done === 100 && abort.abort(),
      }),
    ).rejects.toThrow();
    const before = fake.asked.length;
    const progress: ResponseProgress[] = [];
    await measureResponse(fake.engine, store, plan, { signal, onProgress: (one) => progress.push(one) });
    expect(progress.at(-1)?.stored).toBeGreaterThanOrEqual(100);
    const whole = (await measured()).fake.asked.length;
    expect(before + (fake.asked.length - before)).toBeLessThanOrEqual(whole + 4);
    const again = fake.asked.length;
    await measureResponse(fake.engine, store, plan, { signal });
    expect(fake.asked).toHaveLength(again);
  });

  it('is the same read back from a run file', async () => {
    const { store, studies } = await measured({ kinds: ['axis'] });
    const text = writeRunFile(await store.runs(), { citations: [], exported: '2026-01-01T00:00:00Z' });
    const back = responseStudies(readRunFile(text, 0));
    expect(back.map(({ made, random }) => ({ made, random }))).toEqual(
      studies.map(({ made, random }) => ({ made, random })),
    );
    expect(back[0]?.tokenLayers).toEqual(studies[0]?.tokenLayers);
  });

  it('leaves out a slider’s stray strength, and tells layers apart', async () => {
    const { fake, store } = await measured({ kinds: ['axis'], random: 0, shuffled: 0, sizes: [0.2] });
    await measureResponse(
      fake.engine,
      store,
      { ...plan, kinds: ['axis'], layer: 2, random: 0, shuffled: 0, sizes: [0.3], limit: 8 },
      { signal },
    );
    const studies = responseStudies(await store.runs());
    expect(studies.map(({ layer }) => layer).sort()).toEqual([1, 2]);
    const [first] = studies;
    expect(first && layersOf(first, studies).map(({ layer }) => layer)).toEqual([1, 2]);
  });

  it('refuses a layer that is none, and a plan without a push', async () => {
    await expect(measured({ layer: 4 })).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(measured({ sizes: [0] })).rejects.toMatchObject({ code: 'request-invalid' });
  });
});
