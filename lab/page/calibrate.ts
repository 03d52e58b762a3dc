import type { Engine } from '../../src/engine/client/engine.ts';
import { calibrate, type CalibrationPlan } from '../../src/experiments/calibration.ts';
import { loadScenarios } from '../../src/experiments/resources.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

export interface CalibrateRequest extends Pick<
  CalibrationPlan,
  'layer' | 'strength' | 'learnings' | 'draws' | 'each' | 'seed'
> {
  readonly model: ModelChoice;
}

/** `lab calibrate`: the whole pipeline on a model whose truth is known, over and over. */
export async function calibrateModel(engine: Engine, request: CalibrateRequest, emit: Emit): Promise<void> {
  const { model, ...plan } = request;
  const [training, test] = await Promise.all([loadScenarios('train'), loadScenarios('test')]);
  await emit('format', 'leeway-calibration');
  await emit('version', 1);
  await emit('scenarios', { training: training.sha256, test: test.sha256 });
  await loadChoice(engine, model, emit);
  const found = await calibrate(
    engine,
    // Phantoms answer letters alone.
    { ...plan, training, test, protocol: 'letters' },
    { onProgress: (step) => void emit('progress', step) },
  );
  await emit('calibration', found);
}
