import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/experiments/calibration.ts';
import { knownModel } from '../../../src/experiments/known-models.ts';
import { PHANTOMS } from '../../../src/experiments/phantoms.ts';
import { madeTest, madeTraining } from './made-dilemmas.ts';
import { PushedEngine } from './pushed-engine.ts';

const shape = { rounds: 4, domains: ['family', 'legal', 'workplace'] };
const plan = {
  training: madeTraining(shape),
  test: madeTest(shape),
  protocol: 'cloze',
  ...{ layer: 1, strength: 0.1, learnings: 2, draws: 40, each: 2, seed: 1 },
} as const;
const engine = () => new PushedEngine({ toward: [0, 0.8], damage: [0, 0] }).engine;

describe('calibration', () => {
  it('learns from halves, asks every test dilemma, and finds the push and no drift', async () => {
    const found = await calibrate(engine(), plan);
    expect(found).toMatchObject({ n: { test: 48, learnedFrom: 24, drawn: 24 }, draws: 40, layer: 1 });
    expect(found.vectors).toHaveLength(2);
    for (const { leeway } of found.vectors) {
      const [first] = leeway;
      // The model moves items that begin with F along their own vector, and nothing else.
      expect(first?.own.truth).toBeGreaterThan(0.3);
      expect(Math.abs(first?.other.truth ?? NaN)).toBeLessThan(1e-6);
      expect(first?.own.coverage.n).toBe(40);
      expect(first?.verdicts['no drift']).toBe(40);
    }
  });

  it('is the same every time', async () => {
    expect(await calibrate(engine(), plan)).toEqual(await calibrate(engine(), plan));
  });

  it('is put beside what is true of the model', async () => {
    const mean = { mean: 0.5, low: 0.4, high: 0.6 };
    const truth = {
      population: { rho: 0.5 },
      measured: {
        evidence: [1, 2].flatMap((answers) =>
          (['traditional_secular', 'survival_self_expression'] as const).map((axis) => ({
            ...{ axis, ratio: { ...mean, mean: answers / 10 }, bayes_own: 2, bayes_other: 1 },
          })),
        ),
        steering: {
          reference_layer: 0,
          layers: [
            { response: { traditional_secular: { drift: mean }, survival_self_expression: { drift: mean } } },
          ],
        },
      },
    };
    const [phantom] = PHANTOMS;
    const known = phantom && knownModel(phantom, truth, await calibrate(engine(), plan));
    expect(known?.leeway[0]).toMatchObject({ bayes: 0.5, reference: mean });
    expect(known?.leeway[0]?.evidence).toBeCloseTo(0.15, 9);
    expect(known?.leeway[0]?.found).toHaveLength(2);
    expect(known?.fared?.draws).toBe(2 * 2 * 40);
    expect(phantom && knownModel(phantom, truth, undefined).fared).toBeUndefined();
  });
});
