import Papa from 'papaparse';
import { probability, type OrderReading } from '../science/choice.ts';
import { AND, COLUMNS, guarded, joinable } from './csv-columns.ts';
import { steeringOf, type ControlRun, type ProbeRun, type Run, type SteeringRecord } from './run.ts';

export { parseCsv } from './csv-reader.ts';

type Cells = Readonly<Record<string, string | number | undefined>>;

function runCells(run: Run): Cells {
  const { model, scenarios } = run;
  const steering = steeringOf(run);
  // One vector's figures stay numbers.
  const each = (of: (one: SteeringRecord) => string | number | undefined): string | number | undefined =>
    steering.length > 1 ? steering.map((one) => of(one) ?? '').join(AND) : steering.map(of)[0];
  return {
    run: run.key,
    kind: run.kind,
    updated: run.updated,
    model: model.id,
    revision: model.revision,
    dtype: model.dtype,
    backend: model.backend,
    runtime: model.runtime,
    layers: model.layers,
    hidden: model.hidden,
    protocol: run.protocol,
    labels: run.labels,
    system: run.system,
    scenarios: scenarios.name,
    scenarios_sha256: scenarios.sha256,
    scenarios_n: scenarios.n,
    seed: run.seed,
    vector: each(({ vector }) => joinable(vector)),
    vector_axis: each(({ axis }) => axis),
    method: each(({ method }) => method),
    layer: each(({ layer }) => layer),
    strength: each(({ strength }) => strength),
    unit: each(({ unit }) => unit),
    way: each(({ way }) => way),
    at: each(({ at }) => at),
    training_sha256: each(({ training }) => training?.sha256),
    training_n: each(({ training }) => training?.n),
  };
}

const orderCells = (orders: readonly OrderReading[] = []): Cells =>
  Object.fromEntries(
    orders.flatMap(({ highAt, logPA, logPB }) => [
      [`log_p_A_high_at_${highAt}`, logPA],
      [`log_p_B_high_at_${highAt}`, logPB],
    ]),
  );

function choiceCells(answer: (ProbeRun | ControlRun)['answers'][number]): Cells {
  return {
    index: answer.index,
    id: answer.id,
    log_odds_high: answer.logOddsHigh,
    probability_high: probability(answer.logOddsHigh),
    position_bias: answer.positionBias,
    answer_mass: answer.answerMass,
    ...orderCells(answer.orders),
  };
}

/** 1 for the right answer, 0 for the wrong one, half for a tie, as they are counted. */
const right = (logOdds: number): number => (Math.sign(logOdds) + 1) / 2;

function answerCells(run: Run): readonly Cells[] {
  switch (run.kind) {
    case 'probe':
      return run.answers.map((answer) => ({
        ...choiceCells(answer),
        wvs_id: answer.wvsId,
        axis: answer.axis,
        domain: answer.domain,
      }));
    case 'controls':
      return run.answers.map((answer) => ({
        ...choiceCells(answer),
        form: answer.form,
        right: right(answer.logOddsHigh),
      }));
    case 'survey':
      return run.answers.map(({ id, order, points, sentence }) => ({
        id,
        order,
        point_probabilities: points.join(' '),
        sentence,
      }));
    case 'neutral':
      return run.answers.map(({ index, id, tokens, logLikelihood, kl }) => ({
        index,
        id,
        tokens,
        log_likelihood: logLikelihood,
        kl,
      }));
  }
}

/**
 * Runs as CSV (RFC 4180, CRLF), one row an answer, each with all that its run is known by. Work done (`tokenLayers`) and
 * the machine's self-check are not in it, nor runs without an answer: the JSON file has them. An apostrophe stands before
 * text that a spreadsheet would take for a formula.
 */
export function writeCsv(runs: readonly Run[]): string {
  const data = runs.flatMap((run) => {
    const own = runCells(run);
    return answerCells(run).map((answer) => {
      const cells: Cells = { ...own, ...answer };
      return COLUMNS.map((name) => {
        const cell = cells[name];
        return typeof cell === 'string' ? guarded(cell) : (cell ?? '');
      });
    });
  });
  return `${Papa.unparse({ fields: [...COLUMNS], data }, { newline: '\r\n' })}\r\n`;
}
