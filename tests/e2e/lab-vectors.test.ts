import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { writeVectors } from '../../src/vectors/exchange.ts';
import { VECTOR_FORMATS, type VectorFile } from '../../src/vectors/vector-file.ts';
import { lab, type ProbeOutput } from './lab.ts';
import { expect, test } from './site.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');
const LAYER = 1;

const ask = (vector: string, inputs: Record<string, unknown>, layer = LAYER) =>
  lab(
    [
      ...['probe', '--model', TINY, '--limit', '2', '--backend', 'wasm', '--protocol', 'cloze'],
      ...['--vector', vector, '--layer', String(layer), '--strength', '2', '--unit', 'raw'],
    ],
    inputs,
  );

test('one vector pushes alike from every format, and the output says how its layers were counted', async () => {
  const { hidden_size: hidden } = JSON.parse(readFileSync(join(TINY, 'config.json'), 'utf8')) as {
    hidden_size: number;
  };
  const of = (layer: number): Float32Array =>
    Float32Array.from({ length: hidden }, (_, i) => Math.sin(7 * i + layer));
  // Another layer's vector stands beside it: taken for it, it would push elsewhere.
  const file: VectorFile = {
    vectors: new Map([0, 1, 2].map((l) => [l, of(l)])),
    norms: new Map(),
    notes: {},
  };
  const answers: number[][] = [];
  for (const format of VECTOR_FORMATS) {
    const { code, stderr, output } = await ask(`v.${format}`, {
      [`v.${format}`]: await writeVectors(file, format),
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    answers.push((output as ProbeOutput).dilemmas.map(({ log_odds_high }) => log_odds_high));
    const { steering } = output as { steering: Record<string, unknown> };
    expect(steering).toMatchObject({ vector: `v.${format}`, layer: LAYER, strength: 2, unit: 'raw' });
    if (format === 'json') expect(steering).not.toHaveProperty('convention');
    else expect(steering['convention']).toMatch(/added after block l, counted from 0/);
  }
  for (const other of answers) expect(other).toEqual(answers[0]);
});

test('a control vector of another model is refused', async () => {
  const bytes = new Uint8Array(readFileSync(join(ROOT, 'tests/fixtures/vectors/repeng.gguf')));
  const { code, stderr } = await ask('repeng.gguf', { 'repeng.gguf': bytes });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^vector-length: The vector of repeng\.gguf has 12 numbers/);
  const other = await ask('repeng.gguf', { 'repeng.gguf': bytes }, 3);
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/^vector-invalid: .*holds no vector for layer 3; it has layers 1, 5, 29\./);
});
