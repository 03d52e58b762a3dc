import { isFields, type Fields } from '../science/fields.ts';
import { AXES, itemOf } from '../science/item.ts';
import { runFault, snakeCase } from './part.ts';
import { readRun, type Whereabouts } from './read-run.ts';
import { RUN_SCHEMA, type Run } from './run.ts';

const WHERE: Whereabouts = {
  run: 'The output of lab probe',
  answer: (index) => `Dilemma ${index + 1}`,
  spell: snakeCase,
};

/** Whether a parsed file has the outline of what `lab probe` writes. */
export const isLabProbe = (value: unknown): value is Fields =>
  isFields(value) && Array.isArray(value['dilemmas']) && 'model' in value;

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Renamed fields; those that are absent or null, as other programs write nothing, are left out. */
const renamed = (from: Fields, names: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([to, name]) =>
      from[name] === undefined || from[name] === null ? [] : [[to, from[name]]],
    ),
  );

const same = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));

/** The axis that an answer counts on: its item's, or what the file says of it. */
function axisOf(dilemma: Fields, index: number): string {
  const code = String(dilemma['wvs_id']);
  const axis = itemOf(code)?.axis ?? AXES.find((candidate) => candidate === dilemma['axis']);
  if (axis) return axis;
  throw runFault(
    WHERE.answer(index),
    `its item ${code} is none of the ten, and the output does not say on which axis it counts`,
  );
}

function answerOf(value: unknown, index: number): unknown {
  if (!isFields(value)) return value;
  const orders = value['orders'];
  return {
    ...renamed(value, {
      ...same('index', 'id', 'domain'),
      wvsId: 'wvs_id',
      logOddsHigh: 'log_odds_high',
      positionBias: 'position_bias',
      answerMass: 'answer_mass',
    }),
    axis: axisOf(value, index),
    ...(Array.isArray(orders)
      ? {
          orders: orders.map((order: unknown) =>
            renamed(fieldsOf(order), { highAt: 'high_at', logPA: 'log_p_A', logPB: 'log_p_B' }),
          ),
        }
      : {}),
  };
}

/** The vectors of a steering, a list or a single one; the axis of a vector `axis:<name>` is in its name. */
function steeringOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steeringOf);
  if (!isFields(value)) return value;
  const axis = AXES.find((candidate) => value['vector'] === `axis:${candidate}`);
  return {
    ...renamed(value, same('vector', 'method', 'layer', 'strength', 'unit', 'way', 'at', 'training')),
    ...(axis ? { axis } : {}),
  };
}

/**
 * The output of `lab probe` as a run.
 * @param at ISO time to give it: the output has none
 * @throws LeewayError run-invalid, with the dilemma, where a field is missing or an item's axis cannot be known.
 */
export function readLabProbe(output: Fields, at: string): Run {
  const model = fieldsOf(output['model']);
  return readRun(
    {
      schema: RUN_SCHEMA,
      kind: 'probe',
      updated: at,
      model: {
        ...renamed(model, same('id', 'revision', 'dtype', 'runtime', 'layers', 'hidden')),
        selfCheck: model['self_check'],
        backend: output['backend'],
      },
      ...renamed(output, {
        ...same('protocol', 'labels', 'system', 'scenarios', 'seed'),
        tokenLayers: 'token_layers',
      }),
      ...renamed({ steering: steeringOf(output['steering']) }, same('steering')),
      answers: (output['dilemmas'] as readonly unknown[]).map(answerOf),
    },
    WHERE,
  );
}
