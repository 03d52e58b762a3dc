import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LeewayError, messageOf } from '../../src/errors/leeway-error.ts';
import type { RepositorySource } from '../../src/models/repository.ts';
import manifest from '../../models.json' with { type: 'json' };
import type { MirrorWish } from './wanted-files.ts';

export const USAGE =
  'npm run mirror -- <id or owner/name> <folder> [--dtype label,path,all] [--hub URL] [--from folder or file.gguf]';

/** What the command line asks for. */
export interface MirrorRequest {
  readonly source: Pick<RepositorySource, 'base' | 'repository' | 'revision'>;
  /** The mirror, as an absolute path. */
  readonly folder: string;
  readonly wish: MirrorWish;
  /** A model on disk that is mirrored in place of the hub's, as an absolute path. */
  readonly from?: string;
}

interface Entry {
  readonly id: string;
  readonly repository: string;
  readonly revision: string;
  readonly graph?: string;
}

const ENTRIES: readonly Entry[] = manifest.models;
const REPOSITORY = /^\w[\w.-]*\/\w[\w.-]*$/;

function entryOf(name: string): Omit<Entry, 'id'> {
  const entry = ENTRIES.find(({ id }) => id === name);
  if (entry) return entry;
  if (REPOSITORY.test(name)) return { repository: name, revision: 'main' };
  throw new LeewayError(
    'model-not-found',
    `There is no model called ${name}.`,
    `Name one of ${ENTRIES.map(({ id }) => id).join(', ')}, or a hub repository (owner/name).`,
  );
}

function hubAddress(stated: string): string {
  const { protocol } = URL.canParse(stated) ? new URL(stated) : { protocol: '' };
  if (protocol === 'https:' || protocol === 'http:') return stated.replace(/\/+$/, '');
  throw new LeewayError(
    'request-invalid',
    `${stated} is no address of a hub.`,
    'Write it with https:// at its beginning.',
  );
}

const usage = (message: string): LeewayError =>
  new LeewayError('request-invalid', message, `Usage: ${USAGE}`);

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        dtype: { type: 'string', multiple: true, default: [] },
        hub: { type: 'string' },
        from: { type: 'string' },
      },
    });
  } catch (thrown) {
    throw usage(messageOf(thrown).replace(/\.?$/, '.'));
  }
}

/** Reads the words after the command. Throws request-invalid, model-not-found. */
export function readRequest(words: readonly string[], env: NodeJS.ProcessEnv = process.env): MirrorRequest {
  const { positionals, values } = parsed(words);
  const [name, folder, more] = positionals;
  if (!name || !folder) throw usage(name ? 'The folder is missing.' : 'The model is missing.');
  if (more !== undefined) throw usage(`There is a word too many: ${more}.`);
  const { repository, revision, graph } = entryOf(name);
  const dtypes = values.dtype.flatMap((wish) => wish.split(',')).map((wish) => wish.trim());
  if (values.from !== undefined && values.hub !== undefined)
    throw usage('A model comes from --hub or --from, not from both.');
  return {
    source: { base: hubAddress(values.hub ?? (env['HF_ENDPOINT'] || manifest.hub)), repository, revision },
    folder: resolve(folder),
    wish: { named: graph, dtypes: dtypes.filter((wish) => wish !== '') },
    ...(values.from === undefined ? {} : { from: resolve(values.from) }),
  };
}
