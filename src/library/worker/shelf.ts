import { LeewayError } from '../../errors/leeway-error.ts';
import { Checksum, contentKey } from '../../models/checksum.ts';
import { placeOf, type HeldState, type Holding } from '../../models/holding.ts';
import type { HoldingStore } from '../../models/holding-store.ts';
import { machineFacts } from '../../models/machine-facts.ts';
import { chooseFile } from '../../models/model-file.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import { cancelled } from '../../models/patience.ts';
import type { Shelf } from '../shared/protocol.ts';
import { roomHere } from './room.ts';
import type { Storage } from './storage.ts';

/** What is on the device, and how much room is left. */
export async function shelfOf({ holdings }: Storage): Promise<Shelf> {
  return { holdings: (await holdings?.list()) ?? [], room: await roomHere(), stored: holdings !== undefined };
}

/** A holding by its key, with the store that has it. Throws model-not-found. */
export async function holdingOf(
  { holdings }: Storage,
  key: string,
): Promise<{ holdings: HoldingStore; holding: Holding }> {
  const holding = await holdings?.get(key);
  if (holdings && holding) return { holdings, holding };
  throw new LeewayError(
    'model-not-found',
    'This model is no longer on the device.',
    'Download it again, or bring it from a folder.',
  );
}

/** The bytes of a holding's files. Throws model-incomplete, with what to do about it. */
export async function blobsOf(
  holdings: HoldingStore,
  holding: Holding,
  advice: string,
): Promise<ReadonlyMap<string, Blob>> {
  const blobs = await holdings.blobs(holding, holding.files);
  if (blobs) return blobs;
  throw new LeewayError('model-incomplete', `${holding.repository} is not on this device in full.`, advice);
}

/** A holding's files, all of them on the device. Throws model-not-found, model-incomplete. */
export async function takeHolding(storage: Storage, key: string): Promise<RepositoryFiles> {
  const { holdings, holding } = await holdingOf(storage, key);
  const blobs = await blobsOf(holdings, holding, 'Go on with its download in the Library.');
  await holdings.put({ ...holding, usedAt: Date.now() });
  const pinned = await holdings.pinned(holding.repository, holding.revision);
  const listing = pinned?.commit === holding.commit ? pinned.files : holding.files;
  const machine = await machineFacts(undefined);
  const graph = holding.files.find(({ path }) => path === holding.graph);
  return {
    id: holding.id,
    repository: holding.repository,
    commit: holding.commit,
    listing,
    choice: chooseFile(holding.repository, listing, { machine, named: holding.graph }),
    blobs,
    graphKey: graph ? contentKey(graph, placeOf(holding)) : holding.key,
    bytes: holding.files.reduce((sum, { size }) => sum + size, 0),
    fromDevice: true,
  };
}

/**
 * Reads every byte of a holding and holds it against the digests. Throws model-integrity where a file is not what it
 * was: it is removed, so that the next download brings it again.
 */
export async function verifyHolding(
  storage: Storage,
  key: string,
  signal: AbortSignal,
  onProgress: (progress: { done: number; total: number }) => void,
): Promise<HeldState> {
  const { holdings, holding } = await holdingOf(storage, key);
  const { contents } = holdings;
  const wrong: string[] = [];
  const { received: total } = await holdings.state(holding);
  let done = 0;
  for (const file of holding.files) {
    const content = contentKey(file, placeOf(holding));
    const head = await contents.head(content);
    if (!head?.complete) continue;
    const checksum = await Checksum.of(file);
    let size = 0;
    for (const chunk of await contents.chunks(content)) {
      if (signal.aborted) throw cancelled();
      // A disk that has lost a chunk's file refuses to read it.
      const bytes = await chunk.arrayBuffer().catch(() => new ArrayBuffer(0));
      checksum.update(new Uint8Array(bytes));
      size += bytes.byteLength;
      done += chunk.size;
      onProgress({ done, total });
    }
    if (size === file.size && checksum.matches()) {
      if (checksum.known) await contents.settle(content, { ...head, verifiedAt: Date.now() });
      continue;
    }
    wrong.push(file.path);
    await contents.discard(content);
  }
  if (wrong.length > 0)
    throw new LeewayError(
      'model-integrity',
      `The disk gives back other bytes than were stored: ${wrong.join(', ')}.`,
      'The wrong file was removed. Download the rest again.',
    );
  return holdings.state(holding);
}
