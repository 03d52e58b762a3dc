import type { ErrorReport } from '../../errors/leeway-error.ts';
import type { DownloadProgress } from '../../models/download.ts';
import type { HeldState } from '../../models/holding.ts';
import type { Machine } from '../../models/machine.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import type { Alternative, PrecisionChoice } from '../../models/precision.ts';
import type { RepositorySource } from '../../models/repository.ts';

export type { Alternative, DownloadProgress, HeldState, RepositorySource };

/** What is asked of a repository. */
export interface FetchRequest {
  readonly source: RepositorySource;
  /** Where it is to run; chosen for the machine where absent. */
  readonly backend?: Machine['backend'];
  /** Label or path of the file to take; chosen for the machine where absent. */
  readonly precision?: string;
  /** Take the newest version, whatever was pinned before. */
  readonly renew?: boolean;
}

export type FetchProgress =
  /** The file list is asked for. */
  | { readonly phase: 'list' }
  /** What could be taken is known: a choice remains where the download fails. */
  | { readonly phase: 'chosen'; readonly alternatives: readonly Alternative[] }
  | ({ readonly phase: 'download' } & DownloadProgress);

/** What a repository holds for this machine. */
export interface Inspection {
  readonly commit: string;
  /** Whether the commit is the one that an earlier download pinned. */
  readonly pinned: boolean;
  readonly choice: PrecisionChoice;
  /** Bytes of all files that the choice needs, and of those that are not on this device yet. */
  readonly bytes: number;
  readonly missing: number;
}

/** Room that the browser gives this page, in bytes; undefined where it does not tell. */
export interface Room {
  readonly usage?: number;
  readonly quota?: number;
  /** Whether the browser has promised not to clear it; undefined where it knows no such promise. */
  readonly persisted?: boolean;
}

/** What is on the device, and how much room is left. */
export interface Shelf {
  readonly holdings: readonly HeldState[];
  readonly room: Room;
  /** False where the browser stores nothing for this page. */
  readonly stored: boolean;
}

/** One file of an export: a folder that is a mirror, in the hub's own shapes. */
export interface ExportFile {
  readonly path: string;
  readonly blob: Blob;
}

/** A file of what a visitor brings: its path inside the folder or archive. */
export interface BroughtFile {
  readonly path: string;
  readonly blob: Blob;
}

export interface ImportProgress {
  readonly done: number;
  readonly total: number;
}

export interface ImportReply {
  readonly added: readonly HeldState[];
  /** What was brought and is no model, or is not what it says. */
  readonly refused: readonly ErrorReport[];
}

/** What the library's worker can be asked. */
export interface LibraryRequests {
  /** Files of a model, downloaded where they are not here yet. */
  fetch: { request: FetchRequest; reply: RepositoryFiles; progress: FetchProgress };
  /** What a repository holds, without downloading it. */
  inspect: { request: FetchRequest; reply: Inspection; progress: never };
  shelf: { request: Record<string, never>; reply: Shelf; progress: never };
  /** A holding's files, all of them on the device; nothing is asked of a network. */
  take: { request: { key: string }; reply: RepositoryFiles; progress: never };
  remove: { request: { key: string }; reply: Shelf; progress: never };
  /** Reads every byte again and holds it against its digest. */
  verify: { request: { key: string }; reply: HeldState; progress: { done: number; total: number } };
}
