import { ORDERS } from '../science/prompt.ts';

/** What every row tells of its run. */
export const RUN_COLUMNS: readonly string[] = [
  ...['run', 'kind', 'updated', 'model', 'revision', 'dtype', 'backend', 'runtime', 'layers', 'hidden'],
  ...['protocol', 'labels', 'system', 'scenarios', 'scenarios_sha256', 'scenarios_n', 'seed'],
  ...['vector', 'vector_axis', 'method', 'layer', 'strength', 'unit', 'way', 'at'],
  ...['training_sha256', 'training_n'],
];

/** Columns that tables of earlier versions lack. */
export const LATER_COLUMNS: readonly string[] = ['method', 'way', 'at', 'tokens', 'log_likelihood', 'kl'];

/** Stands between the vectors of one steering, which share a cell. */
export const AND = ' + ';

/** All columns: those of the run, then those of the answer, which a kind of run that has no such figure leaves empty. */
export const COLUMNS: readonly string[] = [
  ...RUN_COLUMNS,
  ...['index', 'id', 'wvs_id', 'axis', 'domain', 'log_odds_high', 'probability_high'],
  ...['position_bias', 'answer_mass'],
  ...ORDERS.flatMap((at) => [`log_p_A_high_at_${at}`, `log_p_B_high_at_${at}`]),
  ...['form', 'right', 'order', 'point_probabilities', 'sentence'],
  ...['tokens', 'log_likelihood', 'kl'],
];

/** A name in which no `AND` can stand, and the name before. */
export const joinable = (name: string): string => name.replaceAll('+', '++');
export const unjoined = (cell: string): string => cell.replaceAll('++', '+');

/** A spreadsheet takes text that begins so for a formula; an apostrophe in front keeps it text. */
const FORMULA = /^[=+\-@\t\r']/;

export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The text before it was guarded. */
export const unguarded = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
