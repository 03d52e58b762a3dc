import { readFileSync } from 'node:fs';
import { TextCoder } from '../../../src/engine/worker/tokenizer.ts';
import { Metadata, type MetadataValue } from '../../../src/gguf/metadata.ts';
import { tokenizerFromMetadata } from '../../../src/gguf/tokenizer.ts';

export type Values = Readonly<Record<string, MetadataValue | undefined>>;
/** The vocabularies of the fixture. */
export type Kind = 'byte-level' | 'llama' | 'gemma';

interface Case {
  readonly vocabulary: Kind;
  readonly names?: readonly string[];
  readonly set?: Values;
  readonly ids: readonly (readonly number[])[];
}

/** tools/gguf/tokenizer_goldens.py: ids by llama.cpp, Hugging Face's tokenizers and SentencePiece. */
export const FIXTURE = JSON.parse(
  readFileSync(new URL('../../fixtures/gguf/tokenizers.json', import.meta.url), 'utf8'),
) as {
  readonly strings: readonly string[];
  readonly vocabularies: Readonly<Record<Kind, Values>>;
  readonly cases: readonly (Case & { readonly begins: boolean })[];
  /** The first strings with what stands around them. */
  readonly around: readonly Case[];
};

/** The file's own metadata with some keys changed, or taken out where they are undefined. */
export const metadata = (kind: Kind, changes: Values = {}): Metadata => {
  const values: Values = { 'tokenizer.ggml.pre': 'smollm', ...FIXTURE.vocabularies[kind], ...changes };
  const stated = new Map<string, MetadataValue>();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) stated.set(key, value);
  return new Metadata(stated);
};

export const coderOf = (from: Metadata): TextCoder => {
  const { tokenizer, config } = tokenizerFromMetadata(from);
  return new TextCoder(tokenizer, config);
};

export const encode = (coder: TextCoder, text: string, special = false): number[] =>
  coder.encode({ text, special });

export const list = (kind: Kind, key: string): readonly MetadataValue[] =>
  FIXTURE.vocabularies[kind][`tokenizer.ggml.${key}`] as readonly MetadataValue[];
