import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Society } from '../../../src/experiments/resources.ts';
import { reachTargets, type TargetPlan, type TargetProgress } from '../../../src/experiments/targets.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { locate } from '../../../src/science/targets/distance.ts';
import type { Projection } from '../../../src/science/culture-map.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { targetTable } from '../../../src/science/targets/target-table.ts';
import { FakeEngine, type Opinion } from './fake-engine.ts';

const projection = JSON.parse(readFileSync('public/human/projection.json', 'utf8')) as Projection;
const DOMAINS = ['workplace', 'family', 'legal'];

/** One dilemma of every item and domain. */
const dilemmas = (half: string) => ({
  name: `${half}.json`,
  sha256: (half === 'train' ? 'a' : 'b').repeat(64),
  dilemmas: ITEMS.flatMap(({ code, axis }, i) =>
    DOMAINS.map((domain, d) => ({
      index: 3 * i + d,
      id: `${half}-${code}-${domain}`,
      wvsId: code,
      axis,
      domain,
      scenario: `${half} ${axis} ${code} ${domain}.`,
      options: { A: 'HIGH', B: 'LOW' },
      highAt: 'A' as const,
    })),
  ),
});

const materials = {
  test: dilemmas('test'),
  train: dilemmas('train'),
  projection,
  survey: {
    name: 'survey.json',
    sha256: 'c'.repeat(64),
    questions: [
      {
        id: 'F120',
        wvsId: 'F120',
        text: 'Abortion?',
        points: [1, 2].map((value) => ({ value, label: String(value) })),
        listed: true,
        neutral: [],
      },
    ],
  },
  prompts: {
    countries: ['DNK', 'IND', 'ALB'].map((iso3) => ({ iso3, system: `You live in ${iso3}.` })),
    personas: ['DNK', 'IND'].map((iso3) => ({ iso3, system: `Persona of ${iso3}.` })),
  },
};

/**
 * Each axis has a column of its own; a push along it moves its dilemmas. A persona answers a little more toward the high
 * pole; a country prompt changes nothing.
 */
const opinion: Opinion = {
  next: () => -2,
  option: (stem, option, steer) => {
    if (option.trim() === 'LOW') return 0;
    const column = stem.includes('traditional_secular') ? 0 : 1;
    const pushed = steer.reduce((sum, one) => sum + ('vector' in one ? (one.vector[column] ?? 0) : 0), 0);
    const own = (stem.length % 7) / 20 - 0.15;
    return own + 4 * pushed + (stem.includes('Persona') ? 0.2 : 0);
  },
  residual: (text) => {
    const push = text.includes('HIGH') ? 1 : -1;
    return text.includes('traditional_secular') ? [push, 0.1] : [0.1, push];
  },
};

const societies: Society[] = [
  { iso3: 'DNK', name: 'Denmark', zone: 'Protestant Europe', x: 2, y: 1.2 },
  { iso3: 'ALB', name: 'Albania', zone: 'African-Islamic', x: -0.9, y: 0.4 },
];
const plan: TargetPlan = { nations: societies, protocol: 'cloze', mode: 'centred', seed: 3, layer: 1 };

describe('reaching targets', () => {
  it('measures every paradigm there is a prompt for, chooses strengths on training dilemmas, and asks nothing twice', async () => {
    const fake = new FakeEngine(opinion);
    const store = await RunStore.open();
    const told: TargetProgress[] = [];
    const signal = new AbortController().signal;
    const data = await reachTargets(fake.engine, store, materials, plan, {
      signal,
      onProgress: (progress) => told.push(progress),
    });
    expect(data.withoutPersona).toEqual(['ALB']);
    expect(data.nations.map(({ iso3, readings }) => `${iso3} ${Object.keys(readings).join()}`)).toEqual([
      'DNK country,persona,steering,prompt-steering',
      'ALB country,steering,prompt-steering',
    ]);
    for (const { readings } of data.nations)
      for (const answers of Object.values(readings)) expect(answers).toHaveLength(30);
    // Counts never go back and end at the total.
    const counts = told.map(({ done }) => done);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ done: told.at(-1)?.total });

    const table = targetTable(data, { projection, mode: 'centred', seed: 3, resamples: 4000 });
    const of = (iso3: string, paradigm: string) =>
      table.cells.find((cell) => cell.iso3 === iso3 && cell.paradigm === paradigm);
    for (const { iso3, x, y } of societies) {
      const steered = of(iso3, 'steering');
      const plain = of(iso3, 'probe');
      expect(steered?.plain).toBeLessThan(plain?.plain ?? 0);
      // The strengths were chosen for training dilemmas: there they lead where they were expected to.
      const chosen = data.strengths[iso3]?.steering;
      expect(Math.hypot((chosen?.predicted.x ?? 9) - x, (chosen?.predicted.y ?? 9) - y)).toBeLessThan(
        Math.hypot((plain?.place.x ?? 0) - x, (plain?.place.y ?? 0) - y),
      );
      const country = table.tests.find((test) => test.iso3 === iso3 && test.paradigm === 'country');
      expect(country?.family).toBe('probe');
      expect(data.strengths[iso3]?.['prompt-steering']?.strengths).toHaveLength(2);
    }
    // Nothing of a training dilemma is in a place, and no strength was tried on a test dilemma.
    const kept = await store.runs();
    const tried = kept.filter((run) => run.kind === 'probe' && run.scenarios.name === 'train.json');
    expect(tried).toHaveLength(1 + 8 + 2);
    const pushed = kept.filter(
      (run) => run.kind === 'probe' && run.scenarios.name === 'test.json' && run.steering,
    );
    expect(pushed).toHaveLength(4);

    const asked = fake.asked.length;
    const again = await reachTargets(fake.engine, store, materials, plan, { signal });
    expect(fake.asked).toHaveLength(asked);
    expect(again).toEqual(data);
  });

  it('goes on where it was stopped', async () => {
    const whole = new FakeEngine(opinion);
    const reference = await reachTargets(whole.engine, await RunStore.open(), materials, plan, {
      signal: new AbortController().signal,
    });
    const store = await RunStore.open();
    const fake = new FakeEngine(opinion);
    // Not while vectors are learned: a reading that was cut off is begun anew.
    for (const stop of [40, 110, 220]) {
      const abort = new AbortController();
      await expect(
        reachTargets(fake.engine, store, materials, plan, {
          signal: abort.signal,
          onProgress: ({ done }) => void (done >= stop && abort.abort()),
        }),
      ).rejects.toThrow(/aborted|cancelled/);
    }
    let stored = 0;
    const data = await reachTargets(fake.engine, store, materials, plan, {
      signal: new AbortController().signal,
      onProgress: ({ done, fresh }) => (stored = done - fresh),
    });
    expect(data).toEqual(reference);
    expect(fake.asked).toHaveLength(whole.asked.length);
    expect(stored).toBeGreaterThan(200);
  });

  it('takes another way of choosing strengths', async () => {
    const fake = new FakeEngine(opinion);
    const aims: unknown[] = [];
    const data = await reachTargets(fake.engine, await RunStore.open(), materials, plan, {
      signal: new AbortController().signal,
      toward: (from, aim) => {
        aims.push(aim);
        return Promise.resolve({ pushes: [], strengths: [0, 0], predicted: from });
      },
    });
    expect(aims).toHaveLength(4);
    // A push at strength 0 is the plain model.
    for (const { readings } of data.nations) expect(readings.steering).toEqual(data.probe);
    const place = locate(data.probe, { projection, mode: 'centred', seed: 1, resamples: 10 })?.place;
    expect(place).toBeDefined();
  });
});
