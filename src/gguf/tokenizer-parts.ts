import type { Vocabulary } from './vocabulary.ts';

export type Json = Record<string, unknown>;

/** What one kind of tokenizer says of itself; the rest of tokenizer.json follows from it. */
export interface TokenizerParts {
  readonly vocabulary: Vocabulary;
  /** BOS stands before a text unless the file says otherwise. */
  readonly begins: boolean;
  /** The text by which a token is found that is looked for before a text is cut. */
  readonly matchedText: (token: string, special: boolean) => string;
  /** Whether the blanks after such a token belong to it. */
  readonly takesBlanks: (token: string) => boolean;
  readonly normalizer: Json | null;
  readonly pre_tokenizer: Json | null;
  readonly decoder: Json;
  readonly model: Json;
}
