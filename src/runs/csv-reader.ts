import Papa from 'papaparse';
import { ORDERS } from '../science/prompt.ts';
import { AND, COLUMNS, LATER_COLUMNS, RUN_COLUMNS, unguarded, unjoined } from './csv-columns.ts';
import { runFault, snakeCase } from './part.ts';
import { readRun } from './read-run.ts';
import { RUN_SCHEMA, type Run } from './run.ts';

type Row = Readonly<Record<string, string>>;

const text = (row: Row, name: string): string => unguarded(row[name] ?? '');
const filled = (row: Row, name: string): string | undefined => text(row, name) || undefined;

/** The number of a cell; what is none stays as it is, for the reader to refuse with its place. */
function number(cell: string | undefined): string | number | undefined {
  if (cell === undefined || cell === '') return undefined;
  const value = Number(cell);
  return cell.trim() === '' || Number.isNaN(value) ? cell : value;
}

/** Without the fields that have no value, which the reader would take for faults. */
const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function answerOf(row: Row): unknown {
  const orders = ORDERS.map((highAt) =>
    present({
      highAt,
      logPA: number(row[`log_p_A_high_at_${highAt}`]),
      logPB: number(row[`log_p_B_high_at_${highAt}`]),
    }),
  );
  return present({
    index: number(row['index']),
    id: text(row, 'id'),
    wvsId: text(row, 'wvs_id'),
    axis: text(row, 'axis'),
    domain: text(row, 'domain'),
    form: text(row, 'form'),
    logOddsHigh: number(row['log_odds_high']),
    positionBias: number(row['position_bias']),
    answerMass: number(row['answer_mass']),
    orders: orders.some((order) => Object.keys(order).length > 1) ? orders : undefined,
    order: text(row, 'order'),
    points: row['point_probabilities']?.split(' ').map(number),
    sentence: number(row['sentence']),
    tokens: number(row['tokens']),
    logLikelihood: number(row['log_likelihood']),
    kl: number(row['kl']),
  });
}

/** The vectors of a steering share the row's cells. */
function steeringOf(row: Row): unknown {
  const vectors = filled(row, 'vector')?.split(AND);
  return vectors?.map((vector, i) => {
    const cell = (name: string): string | undefined => text(row, name).split(AND)[i] || undefined;
    const training = cell('training_sha256');
    return present({
      vector: unjoined(vector),
      axis: cell('vector_axis'),
      method: cell('method'),
      layer: number(cell('layer')),
      strength: number(cell('strength')),
      unit: cell('unit'),
      way: cell('way'),
      at: cell('at'),
      training: training ? present({ sha256: training, n: number(cell('training_n')) }) : undefined,
    });
  });
}

function runOf(row: Row, answers: readonly unknown[]): unknown {
  return present({
    schema: RUN_SCHEMA,
    kind: text(row, 'kind'),
    updated: text(row, 'updated'),
    model: present({
      id: text(row, 'model'),
      revision: text(row, 'revision'),
      dtype: text(row, 'dtype'),
      backend: text(row, 'backend'),
      runtime: text(row, 'runtime'),
      layers: number(row['layers']),
      hidden: number(row['hidden']),
      selfCheck: { state: 'not-made', why: 'A CSV file does not keep it.' },
    }),
    protocol: text(row, 'protocol'),
    labels: filled(row, 'labels'),
    system: filled(row, 'system'),
    scenarios: present({
      name: text(row, 'scenarios'),
      sha256: text(row, 'scenarios_sha256'),
      n: number(row['scenarios_n']),
    }),
    seed: number(row['seed']),
    steering: steeringOf(row),
    answers,
  });
}

/**
 * Reads what `writeCsv` writes: equal probe runs, but for what CSV does not hold.
 * @throws LeewayError run-invalid with the row, as a spreadsheet counts it.
 */
export function parseCsv(csv: string): readonly Run[] {
  const { data, errors, meta } = Papa.parse<Row>(csv, { header: true, delimiter: ',', skipEmptyLines: true });
  const lacking = COLUMNS.filter((name) => !LATER_COLUMNS.includes(name) && !meta.fields?.includes(name));
  if (lacking.length > 0)
    throw runFault(
      '',
      `This table is no export of this page: it has no column ${lacking.slice(0, 3).join(', ')}`,
    );
  const [error] = errors;
  if (error) throw runFault(`Row ${(error.row ?? 0) + 2}`, error.message.replace(/\.$/, ''));
  const groups = new Map<string, { readonly row: Row; readonly at: number }[]>();
  data.forEach((row, i) => {
    const key = JSON.stringify(RUN_COLUMNS.map((name) => row[name]));
    const group = groups.get(key) ?? [];
    group.push({ row, at: i + 2 });
    groups.set(key, group);
  });
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    return readRun(
      runOf(
        first.row,
        rows.map(({ row }) => answerOf(row)),
      ),
      {
        run: `Row ${first.at}`,
        answer: (index) => `Row ${rows[index]?.at ?? first.at}`,
        spell: snakeCase,
      },
    );
  });
}
