import { sha256 } from 'hash-wasm';
import { LeewayError } from '../errors/leeway-error.ts';
import { problemLine, readDilemmas, type Dilemma, type Problem } from '../science/dilemma.ts';
import { entryLines, syntaxFault } from './json-lines.ts';

/** A scenario file that was read without a fault. */
export interface ScenarioSet {
  readonly name: string;
  readonly dilemmas: readonly Dilemma[];
  /** SHA-256 of the file's text. */
  readonly sha256: string;
}

/** Faults that the error's sentence names. */
export const NAMED = 3;
/** Faults that the error lists. */
const LISTED = 100;

/** A file that cannot be used, with its faults one a line. */
export class ScenarioError extends LeewayError {
  /** The first hundred; empty where the file as a whole is wrong. */
  readonly lines: readonly string[];
  /** How many more there are. */
  readonly more: number;

  constructor(message: string, advice: string, faults: readonly string[] = []) {
    super('scenario-invalid', message, advice);
    this.lines = faults.slice(0, LISTED);
    this.more = faults.length - this.lines.length;
  }
}

/** The text without the mark that some editors put in front. */
const bare = (text: string): string => text.replace(/^\uFEFF/, '');

function parse(name: string, text: string): unknown {
  if (text.trim() === '') throw new ScenarioError(`${name} is empty.`, 'Choose a file that holds dilemmas.');
  if (/^\s*</.test(text))
    throw new ScenarioError(
      `${name} is a web page, not a file of dilemmas.`,
      'Take the address of the file itself; on GitHub that is the one behind “Raw”.',
    );
  try {
    // JSON.parse decides; where it refuses, the other parser says where.
    return JSON.parse(text);
  } catch {
    const fault = syntaxFault(text);
    const why = fault
      ? `line ${fault.line}, column ${fault.column}: ${fault.message}`
      : 'its brackets are too deeply nested';
    throw new ScenarioError(
      `${name} is not JSON: ${why}.`,
      'Mend this place in an editor that knows JSON, and choose the file again.',
    );
  }
}

/** The problems with the lines that they stand in: the field's, or the entry's where the field is missing. */
function located(problems: readonly Problem[], text: string): Problem[] {
  const entries = entryLines(text);
  const lineOf = (index: number, field: string): { line?: number } => {
    const entry = entries[index];
    return entry ? { line: entry.fields.get(field) ?? entry.line } : {};
  };
  return problems.map((problem) => ({
    ...problem,
    ...lineOf(problem.index, problem.field),
  }));
}

/**
 * Reads a scenario file's text, with or without a byte order mark.
 * @throws ScenarioError with every fault and the line it stands in.
 */
export async function readScenarioFile(name: string, text: string): Promise<ScenarioSet> {
  const content = bare(text);
  const reading = readDilemmas(parse(name, content));
  if (!reading.ok) {
    const lines = located(reading.problems, content).map(problemLine);
    const more = lines.length > NAMED ? `; and ${lines.length - NAMED} more` : '';
    throw new ScenarioError(
      `${name} cannot be used: ${lines.slice(0, NAMED).join('; ')}${more}.`,
      'Mend these entries; scenarios/dilemma.schema.json describes the shape.',
      lines,
    );
  }
  return { name, dilemmas: reading.dilemmas, sha256: await sha256(text) };
}
