import { sha256 } from 'hash-wasm';
import Papa from 'papaparse';
import { LeewayError } from '../errors/leeway-error.ts';
import { readPairs, type ContrastivePair, type PairProblem } from '../science/directions/contrastive-pair.ts';
import { entryLines, syntaxFault } from './json-lines.ts';

/** Contrastive pairs of a file that the visitor brought. */
export interface PairSet {
  readonly name: string;
  readonly pairs: readonly ContrastivePair[];
  /** SHA-256 of the file's text. */
  readonly sha256: string;
}

/** Every pair is two passes through the model, and a Gram matrix grows with their square. */
export const MOST_PAIRS = 1000;
/** Faults that the error's sentence names, and those that it lists. */
export const NAMED = 3;
const LISTED = 100;

/** A file of pairs that cannot be used, with its faults one a line. */
export class PairsError extends LeewayError {
  readonly lines: readonly string[];
  /** How many more there are. */
  readonly more: number;

  constructor(message: string, faults: readonly string[] = []) {
    super(
      'pairs-invalid',
      message,
      'Write a JSON list of {"positive": …, "negative": …}, or a table with these two columns; scenarios/pair.schema.json describes the shape.',
    );
    this.lines = faults.slice(0, LISTED);
    this.more = faults.length - this.lines.length;
  }
}

/** Entries with the line, from 1, that each stands in, and those of its fields where they are known. */
interface Table {
  readonly entries: readonly unknown[];
  lineOf(problem: PairProblem): number | undefined;
}

function fromJson(name: string, text: string): Table {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const fault = syntaxFault(text);
    throw new PairsError(
      `${name} is not JSON: ${fault ? `line ${fault.line}, column ${fault.column}: ${fault.message}` : 'its brackets are too deeply nested'}.`,
    );
  }
  if (!Array.isArray(value)) throw new PairsError(`${name} is JSON, but no list of pairs.`);
  const lines = entryLines(text);
  return {
    entries: value,
    lineOf: ({ index, field }) => lines[index]?.fields.get(field) ?? lines[index]?.line,
  };
}

const COLUMNS = ['positive', 'negative'] as const;

/** The columns that a first row names, in any order; undefined where it is a pair itself. */
function headerOf(row: readonly string[]): readonly string[] | undefined {
  const names = row.map((cell) => cell.trim().toLowerCase());
  return COLUMNS.every((column) => names.includes(column)) ? names : undefined;
}

/** Parses a table of two columns; where it is none, its faults, a line each. */
function columnsOf(text: string, delimiter: string): Table & { readonly faults: readonly string[] } {
  const rows: { readonly cells: readonly string[]; readonly line: number }[] = [];
  const faults: string[] = [];
  let [line, at] = [1, 0];
  Papa.parse<string[]>(text, {
    delimiter,
    step: ({ data, errors, meta }) => {
      for (const { message } of errors)
        faults.push(`line ${line}: ${message.replace(/\.$/, '').toLowerCase()}`);
      if (data.some((cell) => cell.trim() !== '')) rows.push({ cells: data, line });
      line += text.slice(at, meta.cursor).split(/\r\n|\r|\n/).length - 1;
      at = meta.cursor;
    },
  });
  const header = headerOf(rows[0]?.cells ?? []);
  const columns = header ?? COLUMNS;
  const body = header ? rows.slice(1) : rows;
  for (const { cells, line: where } of body)
    if (cells.length !== columns.length)
      faults.push(`line ${where}: has ${counted(cells.length, 'column')} and not ${columns.length}`);
  return {
    entries: body.map(({ cells }) => Object.fromEntries(columns.map((column, i) => [column, cells[i]]))),
    lineOf: ({ index }) => body[index]?.line,
    faults,
  };
}

/** Texts hold commas and semicolons: what parts the columns is what makes two of every row. */
function fromColumns(name: string, text: string): Table {
  const ways = ['\t', ',', ';'].map((delimiter) => columnsOf(text, delimiter));
  const best = ways.reduce((least, way) => (way.faults.length < least.faults.length ? way : least));
  if (best.faults.length > 0) throw unusable(name, best.faults);
  return best;
}

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

function unusable(name: string, faults: readonly string[]): PairsError {
  const more = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  return new PairsError(`${name} cannot be used: ${faults.slice(0, NAMED).join('; ')}${more}.`, faults);
}

/**
 * Reads a file of contrastive pairs: a JSON list of `{positive, negative}`, or a table of two columns, parted by tabs,
 * commas or semicolons, with these names above them or positive first.
 * @throws PairsError with every fault and the line it stands in.
 */
export async function readPairFile(name: string, text: string): Promise<PairSet> {
  const content = text.replace(/^\uFEFF/, '');
  if (content.trim() === '') throw new PairsError(`${name} is empty.`);
  const table = /^\s*[[{]/.test(content) ? fromJson(name, content) : fromColumns(name, content);
  const n = table.entries.length;
  if (n === 0) throw new PairsError(`${name} holds no pair.`);
  if (n > MOST_PAIRS) throw new PairsError(`${name} holds ${n} pairs; up to ${MOST_PAIRS} are read.`);
  const reading = readPairs(table.entries);
  if (!reading.ok)
    throw unusable(
      name,
      reading.problems.map((problem) => {
        const line = table.lineOf(problem);
        const where = `${line === undefined ? '' : `line ${line}, `}pair ${problem.index + 1}`;
        return `${where}: ${problem.field ? `${problem.field} ` : ''}${problem.message}`;
      }),
    );
  return { name, pairs: reading.pairs, sha256: await sha256(text) };
}
