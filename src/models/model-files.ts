import type { HubFile } from './hub.ts';
import type { PrecisionChoice } from './precision.ts';

/** A model file that the visitor gave: a GGUF. It stays where it is and is read in pieces. */
export interface FileSource {
  readonly id: string;
  readonly file: Blob;
}

/** The files of a repository at one commit, at hand: nothing more has to be fetched to open the model. */
export interface RepositoryFiles {
  /** Name under which runs know the model. */
  readonly id: string;
  readonly repository: string;
  readonly commit: string;
  /** Everything that the repository holds, at hand or not. */
  readonly listing: readonly HubFile[];
  /** The file that is taken, and why. */
  readonly choice: PrecisionChoice;
  /** By path: blobs that lie on the disk, where the browser gives storage. */
  readonly blobs: ReadonlyMap<string, Blob>;
  /** Content key of the model file: names what is computed from it. */
  readonly graphKey: string;
  readonly bytes: number;
  /** Whether no byte came over the network this time. */
  readonly fromDevice: boolean;
}

export type ModelFiles = RepositoryFiles | FileSource;
