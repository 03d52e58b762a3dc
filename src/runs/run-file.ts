import { messageOf } from '../errors/leeway-error.ts';
import { isFields } from '../science/fields.ts';
import { isLabProbe, readLabProbe } from './lab-output.ts';
import { Part, runFault } from './part.ts';
import { newerVersion, readRun } from './read-run.ts';
import type { Run } from './run.ts';

/** What a run file calls itself. */
export const RUN_FILE = { format: 'leeway-runs', version: 2 } as const;

/** What a run file says beside its runs. */
export interface FileHead {
  /** Whose figures the results are held against. */
  readonly citations: readonly string[];
  /** ISO time. */
  readonly exported: string;
}

/** Runs as the text of a run file, complete: reading it gives equal runs. */
export function writeRunFile(runs: readonly Run[], { citations, exported }: FileHead): string {
  return `${JSON.stringify({ ...RUN_FILE, exported, citations, runs }, undefined, 1)}\n`;
}

/**
 * Reads a run file, or what `lab probe` writes; keys are made anew, unknown fields are left out.
 * @param at milliseconds since 1970 at which a lab output, which tells no time, was made
 * @throws LeewayError run-invalid with run and answer, run-newer for a file of a later version.
 */
export function readRunFile(text: string, at: number): readonly Run[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw runFault('', `This is not JSON: ${messageOf(thrown).replace(/\.$/, '')}`);
  }
  if (isLabProbe(value)) return [readLabProbe(value, new Date(at).toISOString())];
  if (!isFields(value) || value['format'] !== RUN_FILE.format)
    throw runFault(
      '',
      'This is no run file: it is neither an export of this page nor the output of lab probe',
    );
  const part = Part.of(value, 'The file');
  if (part.count('version') > RUN_FILE.version) throw newerVersion('This file');
  return part
    .list('runs')
    .map((run, i) =>
      readRun(run, { run: `Run ${i + 1}`, answer: (index) => `Run ${i + 1}, answer ${index + 1}` }),
    );
}
