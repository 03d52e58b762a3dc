import { LeewayError, messageOf, type ErrorReport } from '../errors/leeway-error.ts';
import { importRuns, type ImportCounts } from '../runs/import-runs.ts';
import { parseCsv } from '../runs/run-csv.ts';
import { readRunFile } from '../runs/run-file.ts';
import type { RunStore } from '../runs/run-store.ts';

/** What became of a file that was brought in. */
export type ImportReport =
  | { readonly file: string; readonly counts: ImportCounts }
  | { readonly file: string; readonly error: ErrorReport };

/** The export of a thousand whole runs is smaller; a model file is larger, and need not be read to be refused. */
const LARGEST = 200 * 2 ** 20;

async function textOf(file: File): Promise<string> {
  if (file.size > LARGEST)
    throw new LeewayError(
      'run-invalid',
      'This file is too large to hold runs.',
      'Choose a .json or .csv file that this page exported, or the output of lab probe.',
    );
  try {
    return await file.text();
  } catch (thrown) {
    throw new LeewayError(
      'file-unreadable',
      `The file could not be read (${messageOf(thrown)}).`,
      'Choose the file again.',
      { cause: thrown },
    );
  }
}

/** Takes in run files that the visitor chooses or drops, and tells of each what became of it. */
export class RunImports {
  /** Of the files taken in last. */
  reports = $state.raw<readonly ImportReport[]>([]);
  busy = $state(false);

  constructor(
    private readonly store: Promise<RunStore>,
    private readonly onchange: () => Promise<void>,
  ) {}

  /** Takes one file in: a run file, a table of runs, or the output of `lab probe`. Never throws. */
  async take(file: File): Promise<ImportReport> {
    try {
      const text = await textOf(file);
      const runs = /\.csv$/i.test(file.name) ? parseCsv(text) : readRunFile(text, file.lastModified);
      return { file: file.name, counts: await importRuns(await this.store, runs) };
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      return { file: file.name, error: error.report() };
    }
  }

  /** Takes files in, one after the other, and reports. */
  async takeAll(files: Iterable<File>): Promise<void> {
    this.busy = true;
    this.reports = [];
    for (const file of [...files]) this.reports = [...this.reports, await this.take(file)];
    await this.onchange();
    this.busy = false;
  }

  dismiss(): void {
    this.reports = [];
  }
}
