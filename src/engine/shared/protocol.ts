import type { ModelFiles } from '../../models/model-files.ts';
import type { Alternative } from '../../models/precision.ts';
import type { GenerateReply, GenerateRequest, GenerationProgress } from './generation.ts';
import type { Steer, SteeringWays } from './steer.ts';

export type { Alternative, ModelFiles };
export type { Steer, SteeringWays } from './steer.ts';

export type Backend = 'webgpu' | 'wasm';

/** How the weights of a GGUF file are kept: packed in 4 or 8 bits, as exact 32-bit floats, or as 16-bit floats. */
export type WeightStorage = 'packed' | 'float32' | 'float16';

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
  /** The repository's file that was taken; absent for a single file. */
  readonly file?: string;
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
  /** Ids of the tokens at which an answer ends. */
  readonly endTokens: readonly number[];
  readonly fromCache: boolean;
  readonly surgeryCached: boolean;
  readonly runtime: string;
  readonly selfCheck: SelfCheck;
}

export type LoadPhase = 'surgery' | 'compile' | 'check' | 'ready';

export interface LoadProgress {
  readonly phase: LoadPhase;
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
  readonly files: ModelFiles;
  /** Chosen by the engine where absent. */
  readonly backend?: Backend;
  /** Chosen by the engine where absent; only a GGUF file leaves the choice. */
  readonly storage?: WeightStorage;
  /** By vectors added at every position where absent. */
  readonly steering?: SteeringWays;
}

export interface EngineRequests {
  load: { request: LoadRequest; reply: LoadedModel; progress: LoadProgress };
  encode: {
    request: { texts: readonly TextToEncode[] };
    reply: readonly (readonly number[])[];
    progress: never;
  };
  run: { request: { rows: readonly Row[] }; reply: RunReply; progress: { done: number; total: number } };
  generate: { request: GenerateRequest; reply: GenerateReply; progress: GenerationProgress };
}
