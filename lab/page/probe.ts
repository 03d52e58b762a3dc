import type { Engine } from '../../src/engine/client/engine.ts';
import type { Steer } from '../../src/engine/shared/protocol.ts';
import { steersOf } from '../../src/experiments/push.ts';
import { probe, type ProbeAnswer } from '../../src/experiments/probe.ts';
import { loadProjection, loadScenarios } from '../../src/experiments/resources.ts';
import { readScenarioFile } from '../../src/experiments/scenarios.ts';
import { summarize } from '../../src/science/measurement.ts';
import type { LabelSet, Protocol } from '../../src/science/prompt.ts';
import { loadChoice, recommendedProtocol, type Emit, type ModelChoice } from './model.ts';
import { pushesOf, steeringJson, waysOfPush, type PushRequest } from './vector.ts';

export interface ProbeRequest {
  readonly model: ModelChoice;
  readonly scenarios?: { readonly name: string; readonly text: string };
  readonly protocol?: Protocol;
  readonly labels?: LabelSet;
  readonly system?: string;
  readonly limit?: number;
  readonly seed: number;
  readonly push?: PushRequest;
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
  const steering = request.push && waysOfPush(request.push);
  await loadChoice(engine, { ...request.model, ...(steering ? { steering } : {}) }, emit);
  const protocol = request.protocol ?? recommendedProtocol(request.model);
  let steer: readonly Steer[] = [];
  if (request.push) {
    const pushes = await pushesOf(engine, request.push);
    steer = steersOf(pushes);
    await emit('steering', steeringJson(request.push, pushes));
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
