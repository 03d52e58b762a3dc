import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelFigures } from '../../../src/runs/model-figures.ts';
import type { ProbeRun, SteeringRecord } from '../../../src/runs/run.ts';
import { readRunFile, writeRunFile } from '../../../src/runs/run-file.ts';
import type { Projection } from '../../../src/science/culture-map.ts';
import { AXES, type Axis } from '../../../src/science/item.ts';
import { controlRun, letterAnswers, letterProbe } from './runs.ts';

const projection = JSON.parse(readFileSync('public/human/projection.json', 'utf8')) as Projection;
const plain = letterProbe();
const { sha256 } = plain.scenarios;

const record = (axis: Axis, strength: number, change: Partial<SteeringRecord> = {}): SteeringRecord => ({
  vector: `axis:${axis}`,
  axis,
  layer: 12,
  strength,
  unit: 'norm',
  training: { sha256: 'cd'.repeat(32), n: 60 },
  ...change,
});
const pushed = (axis: Axis, strength: number, change: Partial<SteeringRecord> = {}, slope = 2): ProbeRun =>
  letterProbe({ steering: [record(axis, strength, change)], answers: letterAnswers(slope * strength) });

describe('models side by side', () => {
  it('are read off stored runs: place, controls, and shifts per unit of norm from every strength', () => {
    const runs = [
      plain,
      controlRun(Array.from({ length: 30 }, (_, i) => (i < 27 ? 1 : -1))),
      ...AXES.flatMap((axis) => [pushed(axis, 0.15), pushed(axis, -0.15)]),
    ];
    const [only, ...others] = modelFigures(runs, sha256, projection);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ protocol: 'letters', n: 30 });
    expect(only?.controls?.all).toMatchObject({ share: 0.9, n: 30 });
    expect(only?.place.centred?.ellipse?.major).toBeGreaterThan(0);
    for (const axis of AXES) {
      expect(only?.pushed[axis]).toMatchObject({ layer: 12, strengths: [-0.15, 0, 0.15] });
      expect(only?.pushed[axis]?.own.mean).toBeCloseTo(2, 9);
      expect(only?.pushed[axis]?.leeway?.ratio).toBeCloseTo(1, 9);
    }
    // It does not matter where they came from.
    const file = writeRunFile(runs, { citations: [], exported: plain.updated });
    expect(modelFigures(readRunFile(file, 0), sha256, projection)).toEqual([only]);
  });

  it('leave out other dilemmas, prompts, labels, and pushes of another kind', () => {
    const [axis] = AXES;
    const strange = [
      letterProbe({ scenarios: { ...plain.scenarios, sha256: 'ee'.repeat(32) } }),
      letterProbe({ system: 'You are someone.', answers: letterAnswers(9) }),
      letterProbe({ labels: 'XY', answers: letterAnswers(9) }),
      pushed(axis, 1, { unit: 'raw' }, 9),
      pushed(axis, 0.15, { way: 'rotate', unit: 'radian' }, 9),
      pushed(axis, 0.15, { method: 'pca' }, 9),
      pushed(axis, 0.15, { at: 'last' }, 9),
      letterProbe({ steering: AXES.map((one) => record(one, 0.2)), answers: letterAnswers(9) }),
    ];
    const [only] = modelFigures([...strange, plain], sha256, projection);
    expect(only?.pushed).toEqual({});
    expect(only?.place).toEqual(modelFigures([plain], sha256, projection)[0]?.place);
    expect(modelFigures(strange, sha256, projection)).toEqual([]);
  });

  it('are one a model and precision, in the protocol in which most was pushed, at the layer with most strengths', () => {
    const [axis] = AXES;
    const other = { ...plain.model, dtype: 'fp32' };
    const cloze = letterAnswers().map(({ index, id, wvsId, axis: own, domain, logOddsHigh }) => ({
      index,
      id,
      wvsId,
      axis: own,
      domain,
      logOddsHigh,
    }));
    const runs = [
      plain,
      letterProbe({ model: other }),
      letterProbe({ protocol: 'cloze', answers: cloze }),
      pushed(axis, 0.15),
      pushed(axis, 0.2, { layer: 5 }, 1),
      pushed(axis, -0.2, { layer: 5 }, 1),
    ];
    const found = modelFigures(runs, sha256, projection);
    expect(found.map(({ model, protocol }) => `${model.dtype} ${protocol}`)).toEqual([
      'int8 letters',
      'fp32 letters',
    ]);
    expect(found[0]?.pushed[axis]).toMatchObject({ layer: 5, strengths: [-0.2, 0, 0.2] });
    expect(found[0]?.pushed[axis]?.own.mean).toBeCloseTo(1, 9);
  });
});
