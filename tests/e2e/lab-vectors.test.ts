import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { readVectors, writeVectors } from '../../src/vectors/exchange.ts';
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
    expect(steering).toMatchObject({
      method: 'imported',
      vector: `v.${format}`,
      layer: LAYER,
      strength: 2,
      unit: 'raw',
    });
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

test('vectors of every layer are written in the format of the name, and push as those learned on the spot', async () => {
  const base = ['vectors', '--model', TINY, '--backend', 'wasm', '--train', '20', '--seed', '3'];
  const norms: number[][] = [];
  for (const [format, selection, method] of [
    ['gguf', 'item:F063', 'logistic'],
    ['json', 'all', 'pca'],
  ] as const) {
    const { code, stderr, bytes } = await lab(
      [...base, '--selection', selection, '--method', method],
      {},
      `v.${format}`,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const read = await readVectors(`v.${format}`, bytes ?? new Uint8Array());
    expect([...read.vectors.keys()]).toEqual([0, 1, 2, 3]);
    expect(read.notes).toMatchObject({ selection, method, seed: 3, data_n: 20, backend: 'wasm' });
    norms.push([...read.norms.values()]);
    if (format !== 'json') continue;
    const text = JSON.parse(new TextDecoder().decode(bytes)) as {
      agreement: Record<string, { pairwise: { mean: number; interval: { low: number } }; pairs: number }>;
    };
    expect(Object.keys(text.agreement)).toEqual(['0', '1', '2', '3']);
    for (const { pairwise, pairs } of Object.values(text.agreement)) {
      expect(pairs).toBe(20);
      expect(pairwise.interval.low).toBeLessThanOrEqual(pairwise.mean);
    }

    // A file of this very model states its norms: nothing has to be read to push in units of them.
    const probe = [
      ...['probe', '--model', TINY, '--limit', '2', '--backend', 'wasm', '--protocol', 'cloze'],
      ...['--layer', '1,2', '--strength', '0.2'],
    ];
    const fromFile = await lab([...probe, '--vector', 'v.json'], { 'v.json': bytes });
    const learned = await lab([...probe, '--vector', 'all', '--method', method, '--train', '20']);
    const answers = [fromFile, learned].map(({ output, stderr: said }) => {
      expect(said).toBe('');
      return (output as ProbeOutput).dilemmas.map(({ log_odds_high }) => log_odds_high);
    });
    answers[0]?.forEach((value, k) => expect(value).toBeCloseTo(answers[1]?.[k] ?? NaN, 6));
    expect((fromFile.output as { steering: unknown }).steering).toMatchObject([
      { vector: 'v.json', method: 'imported', layer: 1, strength: 0.2, unit: 'norm' },
      { vector: 'v.json', layer: 2 },
    ]);
    expect((learned.output as { steering: unknown }).steering).toMatchObject([
      { vector: 'all', layer: 1, training: { n: 20 } },
      { vector: 'all', layer: 2, training: { n: 20 } },
    ]);
  }
  // Norms are those of all that was read, whatever the vectors are made of.
  for (const other of norms) expect(other).toEqual(norms[0]);
});

test('vectors are made of a file of pairs, whose faults are named by line', async () => {
  const base = ['vectors', '--model', TINY, '--backend', 'wasm', '--pairs', 'pairs.csv'];
  const made = await lab(base, {
    'pairs.csv': 'negative,positive\n"No, never.","Yes, gladly."\nHe lies.,He is honest.\n',
  });
  expect(made.stderr).toBe('');
  expect(made.output).toMatchObject({
    notes: { data: 'pairs.csv', data_n: 2, pairs: 2, method: 'mean', selection: 'all' },
  });
  const faulty = await lab(base, { 'pairs.csv': 'negative,positive\nNo.,Yes.\nHe lies., \n' });
  expect(faulty.stderr).toMatch(/^pairs-invalid: pairs\.csv cannot be used: line 3, pair 2: positive/);
  const neither = await lab(base.slice(0, -2));
  expect(neither.stderr).toMatch(/^request-invalid: .*either --selection or --pairs/);
  const nameless = await lab(base, { 'pairs.csv': 'negative,positive\nNo.,Yes.\n' }, 'v.txt');
  expect(nameless.stderr).toMatch(/^request-invalid: .*in which format/);
});

test('probe takes every way of steering, at every position or the last', async () => {
  const probe = ['probe', '--model', TINY, '--limit', '2', '--backend', 'wasm', '--protocol', 'cloze'];
  const pushed = ['--vector', 'item:F063', '--train', '20', '--layer', '1'];
  const seen = new Set<string>();
  for (const [way, unit, strength, at] of [
    ['add', 'norm', '0.3', 'last'],
    ['add-preserving', 'norm', '0.3', 'all'],
    ['rotate', 'radian', '0.3', 'all'],
    ['ablate', 'share', '1', 'all'],
  ] as const) {
    const { stderr, output } = await lab([
      ...probe,
      ...pushed,
      ...['--way', way, '--strength', strength, '--at', at],
    ]);
    expect(stderr).toBe('');
    const { dilemmas, steering } = output as ProbeOutput & { steering: Record<string, unknown> };
    expect(steering).toMatchObject({ vector: 'item:F063', layer: 1, unit, strength: Number(strength) });
    expect(steering['way'] ?? 'add').toBe(way);
    expect(steering['at'] ?? 'all').toBe(at);
    seen.add(dilemmas.map(({ log_odds_high }) => log_odds_high).join());
  }
  expect(seen.size).toBe(4);
  const odd = await lab([...probe, ...pushed, '--way', 'rotate', '--unit', 'norm']);
  expect(odd.stderr).toMatch(/^request-invalid: The way rotate is not counted in norm\. Use --unit radian/);
  const twice = await lab([...probe, '--vector', 'all', '--layer', '1,1']);
  expect(twice.stderr).toMatch(/^request-invalid: --layer/);
});
