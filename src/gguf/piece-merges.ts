import type { LeewayError } from '../errors/leeway-error.ts';
import { malformed, unsupported } from './tokenizer-faults.ts';

export type Merge = [string, string];

/** Characters to be compared: a bound for damaged files, which the largest vocabularies stay far below. */
const MOST_WORK = 2 ** 30;
/** Four times what Gemma’s 262,144 tokens need. */
export const MOST_MERGES = 2 ** 21;

/**
 * The merges that a BPE needs to do what SentencePiece does with scored pieces: join the neighbours whose union has
 * the highest score, the leftmost first.
 */
export function mergesFromScores(pieces: ReadonlyMap<string, number>): Merge[] {
  let work = 0;
  for (const [piece, score] of pieces) {
    work += piece.length ** 2;
    if (Number.isNaN(score)) throw malformed('The GGUF file gives a token no number as its score.');
  }
  if (work > MOST_WORK) throw malformed('The GGUF file lists tokens that are longer than any model’s.');
  const merges: Merge[] = [];
  const long = [...pieces].filter(([piece]) => !isCharacter(piece)).sort(([, a], [, b]) => b - a);
  // Some converters knew no scores and wrote one for all; the order of merging is lost then.
  if (long.length > 1 && long[0]?.[1] === long.at(-1)?.[1])
    throw unsupported('The GGUF file gives all tokens of its tokenizer the same score.');
  for (const [piece] of long) {
    addSplits(merges, piece, pieces);
    if (merges.length > MOST_MERGES) throw tooMany();
  }
  return merges;
}

/** For more merges than that. */
export const tooMany = (): LeewayError =>
  malformed('The GGUF file’s tokenizer has more merges than any model’s.');

/** Adds every pair of pieces that makes up this one; the longer left part first, as transformers orders them. */
function addSplits(merges: Merge[], piece: string, pieces: ReadonlyMap<string, number>): void {
  for (let at = piece.length - 1; at > 0; at--) {
    const left = piece.slice(0, at);
    const right = piece.slice(at);
    if (isPart(left, pieces) && isPart(right, pieces)) merges.push([left, right]);
  }
}

/** Texts are first cut into characters, whether or not these are tokens. */
const isPart = (text: string, pieces: ReadonlyMap<string, number>): boolean =>
  pieces.has(text) || isCharacter(text);

const isCharacter = (text: string): boolean =>
  text.length === 1 ? !isSurrogate(text) : text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff;

const isSurrogate = (unit: string): boolean => unit >= '\ud800' && unit <= '\udfff';
