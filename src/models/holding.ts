import type { HubFile } from './hub.ts';

/** A model that is on this device, or on its way here: one file of weights and what belongs to it. */
export interface Holding {
  /** Repository, commit and graph: unique. */
  readonly key: string;
  /** Name under which runs know the model. */
  readonly id: string;
  /** Where it came from; empty for what was brought as a file. */
  readonly base: string;
  readonly repository: string;
  readonly revision: string;
  readonly commit: string;
  /** Path of the .onnx or .gguf file. */
  readonly graph: string;
  /** Short name of its precision. */
  readonly label: string;
  /** The files that it needs. */
  readonly files: readonly HubFile[];
  /** In ms since 1970. */
  readonly addedAt: number;
  readonly usedAt?: number;
}

/** How much of a holding is here. */
export interface HeldState {
  readonly holding: Holding;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** Bytes that are here. */
  readonly received: number;
  readonly complete: boolean;
  /** When the last of its files was verified; absent where a file has no digest, or is not here. */
  readonly verifiedAt?: number;
  /** Files of which the browser has taken bytes away to make room. */
  readonly lost: readonly string[];
}

/** Place under which files without a digest are kept. */
export const placeOf = ({
  base,
  repository,
  commit,
}: Pick<Holding, 'base' | 'repository' | 'commit'>): string => `${base}/${repository}@${commit}`;

export const holdingKey = (repository: string, commit: string, graph: string): string =>
  `${repository}@${commit}/${graph}`;
