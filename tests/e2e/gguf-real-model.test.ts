import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { correlation, lab, type ForwardOutput } from './lab.ts';
import { expect, test } from './site.ts';

const FIXTURES = join(ROOT, 'tests/fixtures/smollm2');
const GGUF = join(ROOT, 'models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf');

interface PromptsGolden {
  readonly step: number;
  readonly cases: { readonly tokens: number[]; readonly logits: { offset: number; length: number } }[];
  readonly text: { readonly tokens: number[]; readonly log_p: number[] };
}

const golden = JSON.parse(readFileSync(join(FIXTURES, 'prompts.json'), 'utf8')) as PromptsGolden;

async function forward(
  storage: 'packed' | 'float32' | 'float16',
  rows: readonly number[][],
): Promise<ForwardOutput> {
  const words = [
    'forward',
    '--model',
    GGUF,
    '--backend',
    'wasm',
    '--weights',
    storage,
    '--requests',
    'in.json',
  ];
  const { code, stderr, output } = await lab(words, {
    'in.json': { rows: rows.map((tokens) => ({ tokens })) },
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return output as ForwardOutput;
}

function logProbability(logits: readonly number[], token: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return (
    (logits[token] ?? NaN) - most - Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0))
  );
}

const perplexity = (logP: readonly number[]): number =>
  Math.exp(-logP.reduce((sum, value) => sum + value, 0) / logP.length);

for (const [storage, leastCorrelation] of [
  ['packed', 0.999],
  ['float32', 0.9999999],
  ['float16', 0.99999],
] as const) {
  test(`SmolLM2 from its GGUF, ${storage}: logits of twenty prompts and a text’s perplexity are PyTorch’s`, async () => {
    const bytes = readFileSync(join(FIXTURES, 'prompts.f32'));
    const floats = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    const { tokens, log_p } = golden.text;
    const places = log_p.map((_, i) => i + 1);
    const prompts = golden.cases.map((entry) => entry.tokens);
    const { rows } = await forward(storage, [...prompts, ...places.map((at) => tokens.slice(0, at))]);
    expect(rows).toHaveLength(prompts.length + places.length);

    const least = golden.cases.map(({ logits: { offset, length } }, i) => {
      const sampled = (rows[i]?.logits ?? []).filter((_, at) => at % golden.step === 0);
      expect(sampled).toHaveLength(length);
      return correlation(sampled, Array.from(floats.subarray(offset, offset + length)));
    });
    const own = perplexity(
      places.map((at, i) => logProbability(rows[prompts.length + i]?.logits ?? [], tokens[at] ?? -1)),
    );
    const ratio = own / perplexity(log_p);
    process.stdout.write(
      `GGUF ${storage}: least correlation of ${least.length} prompts ${Math.min(...least).toFixed(7)}, perplexity ${own.toFixed(3)} (${((ratio - 1) * 100).toFixed(3)} % off)\n`,
    );
    expect(Math.min(...least)).toBeGreaterThan(leastCorrelation);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.01);
  });
}
