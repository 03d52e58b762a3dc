import type { ErrorReport } from '../../errors/leeway-error.ts';
import type { Alternative } from '../../models/precision.ts';

export type { Alternative };

export type Backend = 'webgpu' | 'wasm';

/** A model file that the visitor gave: a GGUF. It stays where it is and is read in pieces. */
export interface FileSource {
  readonly id: string;
  readonly file: Blob;
}

/** Where a model comes from. */
export type ModelSource = RepositorySource | FileSource;

/** How the weights of a GGUF file are kept: packed in 4 or 8 bits, as exact 32-bit floats, or as 16-bit floats. */
export type WeightStorage = 'packed' | 'float32' | 'float16';

/** Where a model's files lie: a hub-shaped base URL, a repository id and a revision. */
export interface RepositorySource {
  readonly id: string;
  /** Base URL that speaks the hub's API (`/api/models/<repo>/tree/<revision>`, `/<repo>/resolve/<revision>/<path>`). */
  readonly base: string;
  readonly repository: string;
  readonly revision: string;
  /** The .onnx or .gguf file inside the repository, or the label of a precision, where one is named. */
  readonly graph?: string;
}

/**
 * How far this device's backend is from the reference (WASM on the same device) over canary rows: the largest relative
 * difference ‖a − b‖ / ‖b − mean‖ of the logits and of the residual stream after any layer.
 */
export type SelfCheck =
  | {
      readonly state: 'passed' | 'drift';
      readonly logits: number;
      readonly residual: number;
      /** Beyond it the backend is taken to be faulty. */
      readonly tolerance: number;
    }
  | { readonly state: 'not-made'; readonly why: string };

/** What was loaded: written into every run. */
export interface LoadedModel {
  readonly id: string;
  readonly revision: string;
  readonly dtype: string;
  /** Why the numbers are kept that way, where there was a choice. */
  readonly dtypeReason?: string;
  /** The repository's files that could be taken; empty for a single file. */
  readonly alternatives: readonly Alternative[];
  readonly backend: Backend;
  /** Why this backend was taken, in a sentence. */
  readonly backendReason: string;
  readonly threads: number;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly bytes: number;
  readonly hasChatTemplate: boolean;
  readonly fromCache: boolean;
  readonly surgeryCached: boolean;
  readonly runtime: string;
  readonly selfCheck: SelfCheck;
}

export type LoadPhase = 'list' | 'download' | 'surgery' | 'compile' | 'check' | 'ready';

export interface LoadProgress {
  readonly phase: LoadPhase;
  /** Bytes in, and bytes in all, while downloading. */
  readonly loaded: number;
  readonly total: number;
  /** Told once, as soon as the repository's files are known: a choice remains where loading fails. */
  readonly alternatives?: readonly Alternative[];
}

/** A vector added to the residual stream after `layer` (from 0), at every position. */
export interface Steer {
  readonly layer: number;
  /** [hidden] */
  readonly vector: Float32Array;
}

/** One sequence and what is read from it. */
export interface Row {
  readonly tokens: readonly number[];
  readonly steer?: readonly Steer[];
  /** All logits of the last token. */
  readonly logits?: boolean;
  /** Natural-log probabilities of these tokens after the last one. */
  readonly next?: readonly number[];
  /** Natural-log probability of each token from this place on, given those before it. */
  readonly scoreFrom?: number;
  /** Layers whose residual stream (steering included) is read at the last token. */
  readonly capture?: readonly number[];
}

export interface RowResult {
  /** [vocabulary] */
  readonly logits?: Float32Array;
  /** One value for each token of `next`. */
  readonly next?: Float32Array;
  /** One value for each token from `scoreFrom` on. */
  readonly scores?: Float32Array;
  /** [hidden] for each captured layer, in the order of `capture`. */
  readonly residual?: readonly Float32Array[];
}

/** Work done and work saved, in token-layers (tokens through the stack, times layers). */
export interface TokenLayers {
  readonly computed: number;
  readonly naive: number;
}

export interface RunReply {
  readonly rows: readonly RowResult[];
  readonly tokenLayers: TokenLayers;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A text to be tokenized: plain, or messages put through the model's chat template first. */
export type TextToEncode =
  { readonly text: string; readonly special: boolean } | { readonly messages: readonly ChatMessage[] };

export interface LoadRequest {
  readonly source: ModelSource;
  /** Chosen by the engine where absent. */
  readonly backend?: Backend;
  /** Chosen by the engine where absent; only a GGUF file leaves the choice. */
  readonly storage?: WeightStorage;
  /** Label or path of the file to take; chosen by the engine where absent; without meaning for a single file. */
  readonly precision?: string;
}

export interface EngineRequests {
  load: { request: LoadRequest; reply: LoadedModel; progress: LoadProgress };
  encode: {
    request: { texts: readonly TextToEncode[] };
    reply: readonly (readonly number[])[];
    progress: never;
  };
  run: { request: { rows: readonly Row[] }; reply: RunReply; progress: { done: number; total: number } };
}

export type RequestName = keyof EngineRequests;

export type RequestMessage = {
  [Name in RequestName]: { id: number; name: Name; request: EngineRequests[Name]['request'] };
}[RequestName];

export type ToWorker = RequestMessage | { id: number; name: 'cancel' };

export type FromWorker =
  | { id: number; kind: 'progress'; progress: unknown }
  | { id: number; kind: 'reply'; reply: unknown }
  | { id: number; kind: 'error'; error: ErrorReport; fatal: boolean };
