import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextStream } from '../../../src/engine/worker/text-stream.ts';

/** A byte a token, as byte-level tokenizers fall back to. */
const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const decode = (ids: readonly number[]): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(ids));
/** SentencePiece: a blank in front of the first token is no part of the text. */
const pieces = ['▁The', '▁capital', '▁is', '▁Par', 'is', '.'];
const decodePieces = (ids: readonly number[]): string =>
  ids
    .map((id) => pieces[id])
    .join('')
    .replaceAll('▁', ' ')
    .replace(/^ /, '');

const streamed = (stream: TextStream, tokens: readonly number[]): string[] => {
  const told: string[] = [];
  for (const token of tokens) {
    const { text, stopped } = stream.push(token);
    told.push(text);
    if (stopped) return told;
  }
  return [...told, stream.rest()];
};

const words = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('TextStream', () => {
  it('tells a text whole and never half a character', () => {
    fc.assert(
      fc.property(words, words, (prompt, text) => {
        const told = streamed(new TextStream(decode, bytesOf(prompt)), bytesOf(text));
        expect(told.join('')).toBe(text);
        const own = new Set([...text]);
        for (const piece of told) for (const character of piece) expect(own.has(character)).toBe(true);
      }),
    );
  });

  it('shows a character of four bytes with its last one', () => {
    expect(streamed(new TextStream(decode, bytesOf('a')), bytesOf('🜂b'))).toEqual(['', '', '', '🜂', 'b', '']);
  });

  it('does not wait for ever for bytes that are no text', () => {
    const told = streamed(new TextStream(decode, []), [
      ...new Array<number>(30).fill(0xff),
      ...bytesOf('ok'),
    ]);
    expect(told.slice(0, 12).join('')).not.toBe('');
    expect(told.join('')).toMatch(/^\uFFFD+ok$/);
  });

  it('keeps the blank between the prompt and its continuation', () => {
    expect(streamed(new TextStream(decodePieces, [0, 1, 2]), [3, 4, 5]).join('')).toBe(' Paris.');
    expect(streamed(new TextStream(decodePieces, []), [0, 1]).join('')).toBe('The capital');
  });

  it('stops before a stop text, wherever the tokens cut it, and tells nothing of it', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('\nUser:', '.', 'END'), words, (before, stop, after) => {
        const text = before + stop + after;
        const told = streamed(new TextStream(decode, [], [stop]), bytesOf(text));
        expect(told.join('')).toBe(text.slice(0, text.indexOf(stop)));
      }),
    );
  });

  it('gives back what only looked like the beginning of a stop text', () => {
    const told = streamed(new TextStream(decode, [], ['abc', 'x']), bytesOf('aab ab'));
    expect(told.join('')).toBe('aab ab');
    expect(told.slice(0, 3)).toEqual(['', 'a', '']);
  });
});
