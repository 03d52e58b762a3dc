import { mergeRuns, type MergeOutcome } from './merge.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** How many runs of a file met which fate. */
export type ImportCounts = Readonly<Record<MergeOutcome, number>>;

/** Keeps runs beside those of this device; a run that is here already gains the answers it lacks and loses none. */
export async function importRuns(store: RunStore, runs: readonly Run[]): Promise<ImportCounts> {
  const counts: Record<MergeOutcome, number> = { new: 0, completed: 0, 'already here': 0 };
  for (const run of runs) {
    const here = await store.run(run.key);
    const { run: merged, outcome } = here ? mergeRuns(here, run) : { run, outcome: 'new' as const };
    if (outcome !== 'already here') await store.keepRun(merged);
    counts[outcome] += 1;
  }
  return counts;
}
