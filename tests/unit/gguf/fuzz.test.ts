import { expect, test } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { buildDecoder } from '../../../src/gguf/decoder-graph.ts';
import { readGguf } from '../../../src/gguf/gguf-file.ts';
import { tokenizerFromMetadata } from '../../../src/gguf/tokenizer.ts';
import { mutated, randomIntegers } from '../mutated-file.ts';
import { readFixture } from './gguf-decoder.ts';

const FILES = 20_000;
const SEED = 8;
const CODES = new Set(['gguf-truncated', 'gguf-malformed', 'gguf-unsupported', 'model-tokenizer']);
/** What is made of a damaged file may not be larger than what its bytes can hold. */
const MOST_WEIGHTS = 64 * 2 ** 20;

/** Everything that is done with a file before a session is opened, and some weights as a session would take them. */
async function open(bytes: Uint8Array<ArrayBuffer>, storage: 'packed' | 'float32'): Promise<number> {
  const file = await readGguf(new Blob([bytes]));
  tokenizerFromMetadata(file.metadata);
  const { graph, weights } = buildDecoder(file, storage);
  expect(graph.layers).toBeGreaterThan(0);
  expect(graph.hidden).toBeGreaterThan(0);
  expect(graph.vocabulary).toBeGreaterThan(0);
  return weights.size;
}

test(`${FILES} damaged GGUF files end in a decoder or in a typed error`, { timeout: 240_000 }, async () => {
  const random = randomIntegers(SEED);
  const sources = await Promise.all(
    ['llama-q4_0', 'qwen2-q8_0', 'gemma3-q8_0'].map(async (name) => {
      const bytes = readFixture(`${name}.gguf`);
      const { tensors } = await readGguf(new Blob([bytes]));
      return { bytes, header: Math.min(...[...tensors.values()].map((tensor) => tensor.offset)) };
    }),
  );
  const outcomes = new Map<string, number>();
  const untyped: string[] = [];
  let slowest = 0;
  for (let i = 0; i < FILES; i++) {
    const { bytes, header } = sources[i % sources.length] as (typeof sources)[number];
    const damaged = mutated(bytes, header, random);
    const start = performance.now();
    let outcome = 'opened';
    try {
      const size = await open(damaged, i % 2 === 0 ? 'packed' : 'float32');
      if (size > MOST_WEIGHTS) untyped.push(`file ${i}: ${size} bytes of weights`);
    } catch (thrown) {
      if (thrown instanceof LeewayError && CODES.has(thrown.code)) outcome = thrown.code;
      else
        untyped.push(
          `file ${i}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
        );
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    slowest = Math.max(slowest, performance.now() - start);
  }
  console.log(
    `GGUF fuzz: ${FILES} files, ${[...outcomes].map(([name, n]) => `${n} ${name}`).join(', ')}; slowest ${slowest.toFixed(0)} ms, untyped ${untyped.length}`,
  );
  expect(untyped.slice(0, 3)).toEqual([]);
  expect(outcomes.get('opened') ?? 0).toBeGreaterThan(0);
});
