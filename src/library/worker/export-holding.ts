import { sha256Of } from '../../models/checksum.ts';
import type { Holding } from '../../models/holding.ts';
import type { HubFile } from '../../models/hub.ts';
import { filePath, mirrorTexts, repositoryName } from '../../models/mirror-layout.ts';
import type { ExportFile, ExportRequest, ReadProgress } from '../shared/protocol.ts';
import { writeArchive } from './archive.ts';
import { broughtBlob } from './brought.ts';
import { blobsOf, holdingOf } from './shelf.ts';
import type { Storage } from './storage.ts';

const isStated = ({ sha256, gitOid }: HubFile): boolean => (sha256 ?? gitOid) !== undefined;

function asMirror(
  holding: Holding,
  files: readonly HubFile[],
  blobs: ReadonlyMap<string, Blob>,
): ExportFile[] {
  const { repository, commit, revision } = holding;
  const bytes = files.flatMap(({ path }) => {
    const blob = blobs.get(path);
    return blob ? [{ path: filePath(repository, commit, path), blob }] : [];
  });
  // The lists come last: a folder that was left half written is none.
  const texts = mirrorTexts(repository, [revision], { commit, files }).map(({ path, text }) => ({
    path,
    blob: new Blob([text], { type: 'application/json' }),
  }));
  return [...bytes, ...texts];
}

/**
 * A holding as the files of a mirror, which every copy of this page can bring in and any web server can give out; files
 * without a digest get one. Throws model-not-found, model-incomplete, file-unreadable, cancelled.
 */
export async function exportHolding(
  storage: Storage,
  { key, form }: ExportRequest,
  signal: AbortSignal,
  onProgress: (progress: ReadProgress) => void,
): Promise<readonly ExportFile[]> {
  const { holdings, holding } = await holdingOf(storage, key);
  const blobs = await blobsOf(holdings, holding, 'Go on with its download, then export it.');
  const all = holding.files.reduce((sum, { size }) => sum + size, 0);
  const unstated = holding.files.filter((file) => !isStated(file)).reduce((sum, { size }) => sum + size, 0);
  const total = unstated + (form === 'zip' ? all : 0);
  let done = 0;
  const count = (bytes: number): void => onProgress({ done: Math.min(total, (done += bytes)), total });
  const files: HubFile[] = [];
  for (const file of holding.files) {
    const blob = blobs.get(file.path);
    if (isStated(file) || !blob) files.push(file);
    else files.push({ ...file, sha256: await sha256Of(broughtBlob(file.path, blob).pieces(signal), count) });
  }
  const mirror = asMirror(holding, files, blobs);
  if (form === 'folder') return mirror;
  const name = repositoryName(holding.repository.split('/').at(-1) ?? '');
  const label = repositoryName(holding.label);
  return [{ path: `${name}-${label}.zip`, blob: await writeArchive(mirror, signal, count) }];
}
