import type { Steer } from './steer.ts';

/** How the next token is drawn. */
export interface Sampling {
  /** Divides the logits; at 0 the likeliest token is taken. */
  readonly temperature: number;
  /** Draws among the fewest likeliest tokens that have this much of the probability together; 1 where absent. */
  readonly topP?: number;
  readonly seed: number;
}

/** One continuation of a prompt. Sides of one request take turns and do not depend on each other. */
export interface GenerationSide {
  readonly tokens: readonly number[];
  /** 'last' is the newest token of each pass: the prompt's last one, then whatever is generated. */
  readonly steer?: readonly Steer[];
}

export interface GenerateRequest {
  readonly sides: readonly GenerationSide[];
  /** Most tokens of each side. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Tokens that end a side; they are not part of its text. */
  readonly stopTokens?: readonly number[];
  /** Texts that end a side; they are not part of it. */
  readonly stopTexts?: readonly string[];
  /** What is read of the residual stream after a layer: h · v̂, v̂ the direction [hidden] at length 1. */
  readonly project?: { readonly layer: number; readonly direction: Float32Array };
}

/** Why a side came to its end: a stop token, a stop text, or `maxTokens` (or the model's positions) were reached. */
export type GenerationEnd = 'token' | 'text' | 'length';

export interface GeneratedToken {
  readonly side: number;
  readonly token: number;
  /** What it adds to the side's text. Half a character, or what may become a stop text, waits for a later token. */
  readonly text: string;
  /** Natural-log probability among all tokens, before temperature and top-p. */
  readonly logProbability: number;
  /** h · v̂ of the state that the token was chosen from: that of the token before it, steering included. */
  readonly projection?: number;
  /** Of this side's own passes without its prompt's; absent before the second token. */
  readonly tokensPerSecond?: number;
}

export interface EndedSide {
  readonly side: number;
  readonly end: GenerationEnd;
  /** What had waited, and belongs to the text after all. */
  readonly text: string;
}

export type GenerationProgress = GeneratedToken | EndedSide;

export interface SideTotals {
  readonly end: GenerationEnd;
  readonly promptTokens: number;
  /** Tokens that were drawn, a stop token included. */
  readonly tokens: number;
  readonly promptSeconds: number;
  /** Of all later passes. */
  readonly seconds: number;
}

export interface GenerateReply {
  readonly sides: readonly SideTotals[];
  /** Naive: every pass reads the whole row. */
  readonly tokenLayers: { readonly computed: number; readonly naive: number };
}
