import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { readRunFile } from '../../../src/runs/run-file.ts';
import type { ProbeRun } from '../../../src/runs/run.ts';
import { letterProbe } from './runs.ts';

const AT = '2026-05-01T10:00:00.000Z';

/** A probe as `lab probe` writes it. */
function labOutput(run: ProbeRun): Record<string, unknown> {
  const { backend, selfCheck, ...model } = run.model;
  return {
    model: { ...model, backend_reason: 'It was asked for.', vocabulary: 49152, self_check: selfCheck },
    backend,
    protocol: run.protocol,
    seed: run.seed,
    scenarios: run.scenarios,
    dilemmas: run.answers.map((answer) => ({
      index: answer.index,
      id: answer.id,
      wvs_id: answer.wvsId,
      domain: answer.domain,
      log_odds_high: answer.logOddsHigh,
      position_bias: answer.positionBias,
      answer_mass: answer.answerMass,
      orders: answer.orders?.map(({ highAt, logPA, logPB }) => ({
        high_at: highAt,
        log_p_A: logPA,
        log_p_B: logPB,
      })),
    })),
    items: {},
    axes: {},
    map: { published: null, centred: null },
    token_layers: { computed: 3, naive: 4 },
  };
}

const read = (output: unknown) => readRunFile(JSON.stringify(output), Date.parse(AT));
const tokenLayers = { computed: 3, naive: 4 };

function faultOf(output: unknown): string {
  try {
    read(output);
  } catch (thrown) {
    if (thrown instanceof LeewayError) return thrown.message;
    throw thrown;
  }
  throw new Error('It was read.');
}

describe('the output of lab probe', () => {
  const run = letterProbe({ tokenLayers });

  it('is a probe, as the page would have stored it', () => {
    expect(read(labOutput(run))).toEqual([run]);
  });

  it('keeps its labels, its system prompt and its push', () => {
    const steering = { vector: 'axis:traditional_secular', layer: 12, strength: 0.15, unit: 'norm' as const };
    const output = {
      ...labOutput(run),
      labels: 'XY',
      system: 'Be brief.',
      steering: { ...steering, residual_norm: 9 },
    };
    expect(read(output)).toEqual([
      letterProbe({
        tokenLayers,
        labels: 'XY',
        system: 'Be brief.',
        steering: [{ ...steering, axis: 'traditional_secular' }],
      }),
    ]);
    expect(read({ ...labOutput(run), labels: null, system: null, steering: null })).toEqual([run]);
    expect(faultOf({ ...labOutput(run), steering: 'strong' })).toContain('steering');
  });

  it('of an item that is none of the ten takes its word for the axis, and is refused without one', () => {
    const output = labOutput(run);
    const [first, ...others] = output['dilemmas'] as Record<string, unknown>[];
    const strange = { ...first, wvs_id: 'Z001' };
    expect(faultOf({ ...output, dilemmas: [...others, strange] })).toBe(
      'Dilemma 30: its item Z001 is none of the ten, and the output does not say on which axis it counts.',
    );
    const [probe] = read({
      ...output,
      dilemmas: [{ ...strange, axis: 'survival_self_expression' }, ...others],
    }) as ProbeRun[];
    expect(probe?.answers[0]).toMatchObject({ wvsId: 'Z001', axis: 'survival_self_expression' });
  });

  it('with a fault is refused with the dilemma, in the file’s own words', () => {
    const output = labOutput(run);
    const dilemmas = (output['dilemmas'] as Record<string, unknown>[]).with(4, {
      ...(output['dilemmas'] as Record<string, unknown>[])[4],
      log_odds_high: null,
    });
    expect(faultOf({ ...output, dilemmas })).toBe('Dilemma 5: log_odds_high is not a finite number.');
    expect(faultOf({ ...output, seed: undefined })).toContain('seed');
    expect(faultOf({ ...output, model: 'smollm2' })).toContain('The output of lab probe, model');
    expect(faultOf({ ...output, dilemmas: [7] })).toContain('Dilemma 1');
  });
});
