import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { maxDifference } from '../max-difference.ts';
import { lab, type ForwardOutput, type ForwardRow, type ProbeOutput } from './lab.ts';
import { expect, test } from './site.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');

interface TinyGolden {
  readonly cases: {
    readonly name: string;
    readonly request: {
      readonly tokens: number[];
      readonly steer: { readonly layer: number; readonly vector: number[] }[];
      readonly capture: number[];
    };
    readonly expected: ForwardRow;
  }[];
}

const golden = JSON.parse(
  readFileSync(join(ROOT, 'tests/fixtures/tiny-llama-golden.json'), 'utf8'),
) as TinyGolden;

async function forwardAll(folder: string, backend: 'wasm' | 'webgpu'): Promise<ForwardRow[]> {
  const { code, stderr, output } = await lab(
    ['forward', '--model', folder, '--requests', 'in.json', '--backend', backend],
    { 'in.json': { rows: golden.cases.map((entry) => entry.request) } },
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect((output as ForwardOutput).backend).toBe(backend);
  return (output as ForwardOutput).rows;
}

function worst(rows: readonly ForwardRow[], references: readonly ForwardRow[]): number {
  return Math.max(
    ...references.map((reference, i) =>
      Math.max(
        maxDifference(rows[i]?.logits ?? [], reference.logits),
        ...Object.entries(reference.residual).map(([layer, values]) =>
          maxDifference(rows[i]?.residual[layer] ?? [], values),
        ),
      ),
    ),
  );
}

for (const toolchain of ['builder', 'optimum'])
  test(`a tiny model of the ${toolchain} toolchain gives PyTorch’s numbers on WASM and on WebGPU`, async ({
    withAllCores,
  }) => {
    const folder = join(ROOT, `tests/fixtures/tiny-llama-${toolchain}`);
    const expected = golden.cases.map((entry) => entry.expected);
    // With all its threads: other tests have a share of the cores.
    const wasm = await withAllCores(() => forwardAll(folder, 'wasm'));
    const webgpu = await forwardAll(folder, 'webgpu');
    const figures = {
      wasm: worst(wasm, expected),
      webgpu: worst(webgpu, expected),
      between: worst(wasm, webgpu),
    };
    process.stdout.write(`    max differences: ${JSON.stringify(figures)}\n`);
    expect(figures.wasm).toBeLessThan(1e-3);
    expect(figures.webgpu).toBeLessThan(1e-3);
    expect(figures.between).toBeLessThan(1e-3);
  });

test('probe speaks the contract for letters and for cloze', async () => {
  const letters = await lab([
    'probe',
    '--model',
    TINY,
    '--protocol',
    'letters',
    '--limit',
    '10',
    '--backend',
    'wasm',
  ]);
  expect(letters.stderr).toBe('');
  const output = letters.output as ProbeOutput;
  expect(output.protocol).toBe('letters');
  expect(output.dilemmas).toHaveLength(10);
  for (const [i, dilemma] of output.dilemmas.entries()) {
    expect(dilemma.index).toBe(i);
    const [atA, atB] = ['A', 'B'].map((letter) => dilemma.orders?.find((order) => order.high_at === letter));
    const expected =
      ((atA?.log_p_A ?? NaN) - (atA?.log_p_B ?? NaN) + (atB?.log_p_B ?? NaN) - (atB?.log_p_A ?? NaN)) / 2;
    expect(dilemma.log_odds_high).toBeCloseTo(expected, 10);
    expect(dilemma.answer_mass).toBeGreaterThan(0);
  }
  expect(Object.keys(output.items)).toHaveLength(10);
  expect(output.map.centred).not.toBeNull();
  // Both orders share the scenario: it is computed once.
  expect(output.token_layers.computed).toBeLessThan(output.token_layers.naive * 0.85);

  const cloze = await lab([
    'probe',
    '--model',
    TINY,
    '--protocol',
    'cloze',
    '--limit',
    '3',
    '--backend',
    'wasm',
  ]);
  for (const dilemma of (cloze.output as ProbeOutput).dilemmas) {
    expect(Object.keys(dilemma).sort()).toEqual(['domain', 'id', 'index', 'log_odds_high', 'wvs_id']);
    expect(Number.isFinite(dilemma.log_odds_high)).toBe(true);
  }
  expect((cloze.output as ProbeOutput).map.centred).toBeNull();
});

test('letters may be called otherwise: the labels are asked, told, and change the answer', async () => {
  const ask = async (...words: string[]): Promise<ProbeOutput & { readonly labels?: string }> => {
    const { output, stderr } = await lab([
      'probe',
      '--model',
      TINY,
      '--protocol',
      'letters',
      '--limit',
      '3',
      '--backend',
      'wasm',
      ...words,
    ]);
    expect(stderr).toBe('');
    return output as ProbeOutput;
  };
  const usual = await ask();
  const digits = await ask('--labels', '12');
  expect(usual.labels).toBeUndefined();
  expect(digits.labels).toBe('12');
  expect(digits.dilemmas.map((dilemma) => dilemma.log_odds_high)).not.toEqual(
    usual.dilemmas.map((dilemma) => dilemma.log_odds_high),
  );
});

test('strength 0 is the baseline to the bit, and a chat template or a system prompt changes the question', async ({
  withAllCores,
}) => {
  const ask = async (...words: string[]): Promise<number[]> => {
    const { output, stderr } = await lab([
      'probe',
      '--model',
      TINY,
      '--limit',
      '4',
      '--backend',
      'wasm',
      ...words,
    ]);
    expect(stderr).toBe('');
    return (output as ProbeOutput).dilemmas.map((dilemma) => dilemma.log_odds_high);
  };
  const baseline = await withAllCores(() => ask('--protocol', 'letters'));
  const none = ['--vector', 'axis:traditional_secular', '--layer', '2', '--strength', '0'];
  const zero = await withAllCores(() => ask('--protocol', 'letters', ...none));
  expect(zero).toEqual(baseline);
  expect(await ask('--protocol', 'letters-chat')).not.toEqual(baseline);
  expect(await ask('--protocol', 'letters', '--system', 'Be brief.')).not.toEqual(baseline);
});

test('verify holds WebGPU against WASM and keeps its figures', async () => {
  const { code, stderr, output } = await lab(['verify', '--model', TINY, '--backend', 'webgpu']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const { self_check: check } = (output as { model: { self_check: Record<string, unknown> } }).model;
  expect(check['state']).toBe('passed');
  // Found: 2e-6. Two backends never agree to the bit: 0 would mean that one was compared with itself.
  expect(check['logits']).toBeGreaterThan(0);
  expect(check['logits']).toBeLessThan(1e-4);
  expect(check['residual']).toBeLessThan(1e-4);
});

test.describe('bad input ends with one line, a code and exit 1', () => {
  const refused = async (
    words: readonly string[],
    code: string,
    sentence: RegExp,
    inputs = {},
  ): Promise<void> => {
    const outcome = await lab(words, inputs);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
    expect(outcome.stderr).toMatch(new RegExp(`^${code}: `));
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.output).toBeUndefined();
  };
  const row = { tokens: [1, 2, 3] };
  const forward = (model: string): string[] => [
    'forward',
    '--model',
    model,
    '--requests',
    'in.json',
    '--backend',
    'wasm',
  ];
  let folder = '';
  test.beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'leeway-bad-'))));
  test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('a folder without a model', async () => {
    writeFileSync(join(folder, 'config.json'), '{}');
    await refused(forward(folder), 'model-not-found', /holds neither an \.onnx nor a \.gguf file/, {
      'in.json': { rows: [row] },
    });
    await refused(forward(join(folder, 'nowhere')), 'model-not-found', /There is no /, {
      'in.json': { rows: [row] },
    });
  });

  test('a GGUF file that ends too early, and one that is none', async () => {
    const whole = readFileSync(join(ROOT, 'tests/fixtures/gguf/llama-q8_0.gguf'));
    writeFileSync(join(folder, 'short.gguf'), whole.subarray(0, whole.length - 1000));
    await refused(forward(join(folder, 'short.gguf')), 'gguf-truncated', /ends inside the tensor/, {
      'in.json': { rows: [row] },
    });
    writeFileSync(join(folder, 'none.gguf'), 'no model at all');
    await refused(forward(join(folder, 'none.gguf')), 'gguf-malformed', /does not begin/, {
      'in.json': { rows: [row] },
    });
  });

  test('a truncated graph', async () => {
    cpSync(TINY, folder, { recursive: true });
    truncateSync(join(folder, 'model.onnx'), 5000);
    rmSync(join(folder, 'leeway.json'));
    await refused(forward(folder), 'onnx-(truncated|malformed)', /./, { 'in.json': { rows: [row] } });
  });

  test('missing weights', async () => {
    cpSync(TINY, folder, { recursive: true });
    rmSync(join(folder, 'model.onnx.data'), { force: true });
    await refused(forward(folder), 'model-incomplete', /lacks the file model\.onnx\.data/, {
      'in.json': { rows: [row] },
    });
  });

  test('a configuration of another model', async () => {
    cpSync(TINY, folder, { recursive: true });
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 7 }));
    await refused(forward(folder), 'onnx-layer-mismatch', /7/, { 'in.json': { rows: [row] } });
  });

  test('requests and vectors that do not fit', async () => {
    await refused(forward(TINY), 'vector-length', /has 3 numbers/, {
      'in.json': { rows: [{ ...row, steer: [{ layer: 0, vector: [1, 2, 3] }] }] },
    });
    await refused(forward(TINY), 'request-invalid', /layer 99 does not exist/, {
      'in.json': { rows: [{ ...row, capture: [99] }] },
    });
    await refused(forward(TINY), 'request-invalid', /token 99999 is outside/, {
      'in.json': { rows: [{ tokens: [99999] }] },
    });
    await refused(forward(TINY), 'request-invalid', /no list "rows"/, { 'in.json': {} });
    await refused(forward(TINY), 'request-invalid', /not JSON/, { 'in.json': '{' });
  });

  test('a scenario file with three options or without a mapping', async () => {
    const [first, second] = JSON.parse(
      readFileSync(join(ROOT, 'public/scenarios/test.json'), 'utf8'),
    ) as Record<string, unknown>[];
    const probe = ['probe', '--model', TINY, '--scenarios', 's.json', '--backend', 'wasm'];
    const three = { ...first, options: { A: 'a', B: 'b', C: 'c' } };
    await refused(probe, 'scenario-invalid', /dilemma 2: options has 3 options/, {
      's.json': [second, three],
    });
    await refused(probe, 'scenario-invalid', /dilemma 1: mapping is missing/, {
      's.json': [{ ...first, mapping: undefined }],
    });
    await refused([...probe, '--protocol', 'essay'], 'request-invalid', /--protocol should be one of/, {
      's.json': [first],
    });
  });
});
