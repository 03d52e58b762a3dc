import { describe, expect, it } from 'vitest';
import graphUrl from '../fixtures/tiny-llama-builder/model.onnx?url';
import { runSchedule, type Outcome } from './fault-schedule.ts';

const SCHEDULES = 240;
const IN_ONE_TEST = 20;
/** Visits of different models that go on at the same time. */
const AT_ONCE = 4;

/** Everything that a visit may end with short of the model: each with a sentence and a next step. */
const CLEAR = /^(network|model-integrity|storage-full|cancelled|model-not-found): .+/;

const graph = fetch(graphUrl).then(async (response) => new Uint8Array(await response.arrayBuffer()));

describe('a download through a bad network', () => {
  const all: Outcome[] = [];
  for (let first = 1; first <= SCHEDULES; first += IN_ONE_TEST)
    it(`ends with the right bytes and fetches no chunk twice, seeds ${first} to ${first + IN_ONE_TEST - 1}`, async () => {
      const seeds = Array.from({ length: IN_ONE_TEST }, (_, i) => first + i);
      const found: { seed: number; outcome: Outcome }[] = [];
      const lane = async (): Promise<void> => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
          found.push({ seed, outcome: await runSchedule(seed, await graph) });
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      for (const { seed, outcome } of found) {
        const { right, wrongFiles, repeated, errors } = outcome;
        expect({ seed, right, wrongFiles, repeated }, errors.join('\n')).toEqual({
          seed,
          right: true,
          wrongFiles: [],
          repeated: [],
        });
        // Nothing is thrown away without a reason: only a wrong byte is one.
        expect(outcome.discarded, `seed ${seed}`).toBeLessThanOrEqual(outcome.wrongAnswers);
        for (const error of errors) expect(error, `seed ${seed}`).toMatch(CLEAR);
        all.push(outcome);
      }
    });

  it('met what it was to meet', () => {
    const met = new Set(all.flatMap(({ interruptions }) => interruptions));
    expect([...met].sort()).toEqual(['full', 'killed', 'none', 'stopped']);
    const codes = new Set(all.flatMap(({ errors }) => errors.map((error) => error.split(':')[0])));
    expect([...codes]).toEqual(
      expect.arrayContaining(['network', 'cancelled', 'storage-full', 'model-integrity']),
    );
  });
});
