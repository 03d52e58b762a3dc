import type { Engine } from '../../src/engine/client/engine.ts';
import type { Steer } from '../../src/engine/shared/protocol.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { probe, type ProbeAnswer } from '../../src/experiments/probe.ts';
import { loadProjection, loadScenarios } from '../../src/experiments/resources.ts';
import { readScenarioFile } from '../../src/experiments/scenarios.ts';
import { learnAxisVectors, steerBy } from '../../src/experiments/vectors.ts';
import { AXES, type Axis } from '../../src/science/item.ts';
import { summarize } from '../../src/science/measurement.ts';
import type { LabelSet, Protocol } from '../../src/science/prompt.ts';
import type { LayerVector, StrengthUnit } from '../../src/science/steering-vector.ts';
import { loadChoice, recommendedProtocol, type Emit, type ModelChoice } from './model.ts';

export interface ProbeRequest {
  readonly model: ModelChoice;
  readonly scenarios?: { readonly name: string; readonly text: string };
  readonly protocol?: Protocol;
  readonly labels?: LabelSet;
  readonly system?: string;
  readonly limit?: number;
  readonly seed: number;
  readonly steering?: {
    readonly from:
      | { readonly axis: string }
      | {
          readonly name: string;
          readonly vector: readonly number[];
          /** How the file's layers and signs were understood, where others may have written it. */
          readonly convention?: string;
        };
    readonly layer: number;
    /** Learn from the first training dilemmas only. */
    readonly train?: number;
    readonly strength: number;
    readonly unit: StrengthUnit;
  };
}

const isAxis = (name: string): name is Axis => (AXES as readonly string[]).includes(name);

/** The vector that was asked for; a file's vector takes its layer's residual norm from the training dilemmas. */
async function vectorOf(
  engine: Engine,
  steering: NonNullable<ProbeRequest['steering']>,
): Promise<{ vector: LayerVector; training?: { sha256: string; n: number } }> {
  const { from, layer, unit } = steering;
  const model = engine.model;
  if (model && (layer < 0 || layer >= model.layers))
    throw new LeewayError(
      'request-invalid',
      `Layer ${layer} does not exist; the model has layers 0 to ${model.layers - 1}.`,
      'Choose one of its layers.',
    );
  if ('axis' in from && !isAxis(from.axis))
    throw new LeewayError(
      'vector-invalid',
      `There is no axis called ${from.axis}.`,
      `Use one of ${AXES.join(', ')}.`,
    );
  if ('vector' in from && model && from.vector.length !== model.hidden)
    throw new LeewayError(
      'vector-length',
      `The vector of ${from.name} has ${from.vector.length} numbers; the model’s hidden size is ${model.hidden}.`,
      'Use a vector that was made for this model.',
    );
  if ('vector' in from && unit === 'raw')
    return { vector: { layer, direction: Float32Array.from(from.vector), residualNorm: 1 } };
  const training = await loadScenarios('train');
  const learned = await learnAxisVectors(engine, training.dilemmas.slice(0, steering.train));
  const own = learned.vectors['axis' in from && isAxis(from.axis) ? from.axis : 'traditional_secular'][layer];
  if (!own)
    throw new LeewayError('internal', `No vector was learned for layer ${layer}.`, 'Report this fault.');
  return {
    vector: 'vector' in from ? { ...own, direction: Float32Array.from(from.vector) } : own,
    training: { sha256: training.sha256, n: learned.learnedFrom },
  };
}

function asJson(answer: ProbeAnswer): Record<string, unknown> {
  const { orders } = answer;
  return {
    index: answer.index,
    id: answer.id,
    wvs_id: answer.wvsId,
    domain: answer.domain,
    log_odds_high: answer.logOddsHigh,
    ...(orders
      ? {
          position_bias: answer.positionBias,
          answer_mass: answer.answerMass,
          orders: orders.map((order) => ({
            high_at: order.highAt,
            log_p_A: order.logPA,
            log_p_B: order.logPB,
          })),
        }
      : {}),
  };
}

/** `lab probe`: every dilemma's answer as it comes, then the figures of all. */
export async function probeModel(engine: Engine, request: ProbeRequest, emit: Emit): Promise<void> {
  const set = request.scenarios
    ? await readScenarioFile(request.scenarios.name, request.scenarios.text)
    : await loadScenarios('test');
  const projection = await loadProjection();
  await loadChoice(engine, request.model, emit);
  const protocol = request.protocol ?? recommendedProtocol(request.model);
  let steer: Steer[] = [];
  if (request.steering) {
    const { vector, training } = await vectorOf(engine, request.steering);
    steer = steerBy(vector, request.steering.strength, request.steering.unit);
    const { layer, strength, unit, from } = request.steering;
    await emit('steering', {
      vector: 'axis' in from ? `axis:${from.axis}` : from.name,
      layer,
      strength,
      unit,
      residual_norm: vector.residualNorm,
      ...('convention' in from ? { convention: from.convention } : {}),
      ...(training ? { training } : {}),
    });
  }
  await emit('protocol', protocol);
  if (request.labels && protocol !== 'cloze') await emit('labels', request.labels);
  if (request.system) await emit('system', request.system);
  await emit('seed', request.seed);
  await emit('scenarios', { name: set.name, sha256: set.sha256, n: set.dilemmas.length });
  const outcome = await probe(
    engine,
    {
      dilemmas: set.dilemmas.slice(0, request.limit),
      protocol,
      labels: request.labels,
      system: request.system,
      steer,
    },
    { onAnswer: (answer) => emit('dilemmas', asJson(answer)) },
  );
  const summary = summarize(outcome.answers, { projection, seed: request.seed });
  await emit('items', summary.items);
  await emit('axes', summary.axes);
  await emit('map', { published: summary.map.published ?? null, centred: summary.map.centred ?? null });
  await emit('domains', summary.domains);
  await emit('bootstrap', summary.bootstrap ?? null);
  await emit('token_layers', outcome.tokenLayers);
}
