import type { HubFile, Listing } from '../../src/models/hub.ts';
import type { FolderStore } from './folder-store.ts';

/** How far a piece of work is, in bytes. */
export interface Bytes {
  readonly loaded: number;
  readonly total: number;
}

export interface Watching {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: Bytes) => void;
}

/** Where a mirror's files come from. */
export interface Origin {
  /** What is being done while files are brought: `Downloading`. */
  readonly doing: string;
  readonly listing: Listing;
  /** Name under which files without a digest are known. */
  readonly place: string;
  /** Brings files into the store, verified. What is there already is not brought again. */
  bring(files: readonly HubFile[], store: FolderStore, watching: Watching): Promise<void>;
}
