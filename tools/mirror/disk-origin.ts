import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { Checksum, contentKey } from '../../src/models/checksum.ts';
import { emptyHead } from '../../src/models/content-store.ts';
import type { HubFile } from '../../src/models/hub.ts';
import { piecesOf, sha256Of } from './file-digest.ts';
import type { FolderStore } from './folder-store.ts';
import type { Origin, Watching } from './origin.ts';

/** Paths of a folder's files, or of the one file, relative to the folder; what begins with a dot is nobody's model. */
async function pathsOf(from: string): Promise<{ folder: string; paths: string[] }> {
  const found = await stat(from).catch(() => undefined);
  if (found?.isFile()) return { folder: dirname(from), paths: [basename(from)] };
  if (!found?.isDirectory())
    throw new LeewayError(
      'model-not-found',
      `There is no ${from}.`,
      'Name a folder or a .gguf file with --from.',
    );
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries
    // The caches of hub tools are folders of links.
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((step) => step.startsWith('.')));
  return { folder: from, paths: paths.sort() };
}

/**
 * A model on disk: a folder as exporters write it, or one file. Its commit follows from its bytes, so that the same
 * model is the same mirror. Errors: model-not-found, file-unreadable, cancelled.
 */
export async function diskOrigin(from: string, { signal, onProgress }: Watching): Promise<Origin> {
  const { folder, paths } = await pathsOf(from);
  const sizes = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(join(folder, path)).catch(() => undefined);
      return found?.isFile() ? found.size : undefined;
    }),
  );
  const total = sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
  let loaded = 0;
  const files: HubFile[] = [];
  for (const [k, path] of paths.entries()) {
    const size = sizes[k];
    if (size === undefined) continue;
    const onPiece = (bytes: number): void => onProgress({ loaded: (loaded += bytes), total });
    files.push({ path, size, sha256: await sha256Of(join(folder, path), { signal, onPiece }) });
  }
  const commit = createHash('sha256').update(JSON.stringify(files.map(({ path, sha256 }) => [path, sha256])));
  return {
    doing: 'Copying',
    listing: { commit: commit.digest('hex').slice(0, 40), files },
    place: folder,
    bring: (wanted, store, watching) => copyAll(folder, wanted, store, watching),
  };
}

async function copyAll(
  folder: string,
  files: readonly HubFile[],
  store: FolderStore,
  { signal, onProgress }: Watching,
): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let loaded = 0;
  for (const file of files) {
    const key = contentKey(file, folder);
    if ((await store.head(key))?.complete) {
      onProgress({ loaded: (loaded += file.size), total });
      continue;
    }
    await store.discard(key);
    const checksum = await Checksum.of(file);
    let head = emptyHead(file.size);
    for await (const piece of piecesOf(join(folder, ...file.path.split('/')), signal)) {
      checksum.update(piece);
      const next = { ...head, received: head.received + piece.length, chunks: head.chunks + 1 };
      await store.append(key, head.received, new Blob([piece]), next);
      head = next;
      onProgress({ loaded: (loaded += piece.length), total });
    }
    if (head.received !== file.size || !checksum.matches()) {
      await store.discard(key);
      throw new LeewayError(
        'model-integrity',
        `${file.path} changed while it was copied.`,
        'Run the command again when nothing writes to it.',
      );
    }
    await store.settle(key, { ...head, complete: true, verifiedAt: Date.now() });
  }
}
