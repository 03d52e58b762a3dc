import type { MergeOutcome } from './merge.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** How many runs of a file met which fate. */
export type ImportCounts = Readonly<Record<MergeOutcome, number>>;

/** Keeps runs beside those of this device; a run that is here already gains the answers it lacks and loses none. */
export async function importRuns(store: RunStore, runs: readonly Run[]): Promise<ImportCounts> {
  const counts: Record<MergeOutcome, number> = { new: 0, completed: 0, 'already here': 0 };
  for (const run of runs) {
    counts[await store.mergeRun(run)] += 1;
  }
  return counts;
}
