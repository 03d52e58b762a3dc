import { LeewayError } from '../../errors/leeway-error.ts';
import { megabytes } from '../../models/byte-size.ts';
import type { Room } from '../shared/protocol.ts';

/** The database's own books, and what else the page stores meanwhile. */
const SPARE = 1.03;

/** What the browser gives this page. */
export async function roomHere(): Promise<Room> {
  const storage = (navigator as { storage?: StorageManager }).storage;
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => undefined),
    storage?.persisted?.().catch(() => undefined),
  ]);
  return {
    ...(estimate?.usage === undefined ? {} : { usage: estimate.usage }),
    ...(estimate?.quota === undefined ? {} : { quota: estimate.quota }),
    ...(persisted === undefined ? {} : { persisted }),
  };
}

/** Throws storage-full where so many bytes more will not fit: better told now than after an hour. */
export function checkRoom(bytes: number, { usage, quota }: Room): void {
  if (usage === undefined || quota === undefined) return;
  const free = Math.max(0, quota - usage);
  if (bytes * SPARE <= free) return;
  throw new LeewayError(
    'storage-full',
    `The model needs ${megabytes(bytes)} more, and the browser gives this page ${megabytes(free)}.`,
    'Delete a model in the Library, make room on the disk, or choose a smaller precision.',
  );
}
