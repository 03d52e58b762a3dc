import { LeewayError, type ErrorCode } from '../../src/errors/leeway-error.ts';
import { downloadFiles } from '../../src/models/download.ts';
import { placeOf } from '../../src/models/holding.ts';
import { listFiles } from '../../src/models/hub.ts';
import { PATIENCE } from '../../src/models/patience.ts';
import type { RepositorySource } from '../../src/models/repository.ts';
import type { Origin } from './origin.ts';

const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  'model-not-found':
    'Check the name; or download the model yourself, with an account where one is asked for, and name its folder: --from <folder>.',
  network: 'Check the connection, or name another hub (--hub) or a model on disk (--from).',
};

/** The page's advice is for visitors: whoever makes a mirror can do more. */
function forMakers(thrown: unknown): unknown {
  if (!(thrown instanceof LeewayError)) return thrown;
  const advice = ADVICE[thrown.code] ?? thrown.advice;
  return new LeewayError(thrown.code, thrown.message, advice, { cause: thrown });
}

/** A repository of a hub, or of another mirror. Errors: those of listFiles. */
export async function hubOrigin(
  source: Pick<RepositorySource, 'base' | 'repository' | 'revision'>,
  signal: AbortSignal,
): Promise<Origin> {
  const listing = await listFiles(source, signal).catch((thrown: unknown) => {
    throw forMakers(thrown);
  });
  const { commit } = listing;
  return {
    doing: 'Downloading',
    listing,
    place: placeOf({ ...source, commit }),
    bring: (files, store, watching) =>
      downloadFiles(files, { from: source, commit, store, patience: PATIENCE, ...watching }),
  };
}
