import { writeCsv } from './run-csv.ts';
import { writeRunFile } from './run-file.ts';
import type { Run } from './run.ts';

/** A file to be handed to the visitor. */
export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Runs as a file of the kind asked for, named after its day; only the JSON file has room for citations. */
export function exportRuns(
  runs: readonly Run[],
  kind: 'json' | 'csv',
  citations: readonly string[],
): ExportedFile {
  const exported = new Date().toISOString();
  const name = `leeway-runs-${exported.slice(0, 10)}.${kind}`;
  return kind === 'csv'
    ? { name, type: 'text/csv', text: writeCsv(runs) }
    : { name, type: 'application/json', text: writeRunFile(runs, { citations, exported }) };
}
