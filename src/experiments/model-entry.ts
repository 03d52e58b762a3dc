import type { HubFile } from '../models/hub.ts';
import type { VariantKind } from '../models/variant.ts';
import type { Protocol } from '../science/prompt.ts';

/** One precision of a model, as its repository offers it. */
export interface EntryFile {
  /** Name of the precision, as the app reads it from the path. */
  readonly label: string;
  readonly kind: VariantKind;
  /** The graph or the GGUF file first, then its data files. */
  readonly paths: readonly string[];
  /** Bytes to download: all paths together, rounded. */
  readonly bytes: number;
  /** Bytes that the weights take once loaded, estimated. */
  readonly memory: number;
  /** True where the bytes come from the number of weights and not from a listing. */
  readonly estimated?: boolean;
}

export interface Licence {
  readonly name: string;
  /** Identifier of the SPDX list; null where the licence is not on it. */
  readonly spdx: string | null;
  readonly url: string;
  /** What it asks of whoever uses the model, in a sentence. */
  readonly note: string;
}

/** One model of models.json (its schema: models.schema.json). */
export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  /** Architecture, by the name that GGUF files give it. */
  readonly family: string;
  /** Number of weights as the publisher states it. */
  readonly parameters: number;
  /** Repository of the hub that is fetched without an account. */
  readonly repository: string;
  readonly revision: string;
  /** The file to take whatever the machine; chosen for it where absent. */
  readonly graph?: string;
  /** What it is, in a sentence. */
  readonly summary: string;
  /** When to choose it: what follows “Good for”. */
  readonly goodFor: string;
  /** The languages it was made for. */
  readonly reads: string;
  readonly licence: Licence;
  readonly gate: {
    /** The publisher's repository of the weights. */
    readonly original: string;
    /** Whether that one asks for an account. */
    readonly gated: boolean;
    readonly note: string;
  };
  /** The way of asking to begin with; control questions decide. */
  readonly protocol: Protocol;
  readonly protocolBasis: 'measured' | 'expected';
  readonly protocolNote: string;
  readonly files: readonly EntryFile[];
  /** Where names and sizes were read. */
  readonly source: { readonly url: string; readonly commit?: string; readonly note?: string };
}

/** The whole of models.json. */
export interface ModelManifest {
  readonly hub: string;
  /** Where the bytes of the files come from. */
  readonly sizes: string;
  /** How the memory of the files is estimated. */
  readonly memory: string;
  readonly models: readonly ModelEntry[];
}

/** The files of an entry as a listing of its repository would have them; the first path of each carries all its bytes. */
export const entryListing = ({ files }: Pick<ModelEntry, 'files'>): HubFile[] =>
  files.flatMap(({ paths, bytes }) => paths.map((path, i) => ({ path, size: i === 0 ? bytes : 0 })));
