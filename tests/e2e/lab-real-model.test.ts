import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { maxDifference } from '../max-difference.ts';
import { correlation, lab, type ForwardOutput, type ProbeOutput } from './lab.ts';
import { expect, test } from './site.ts';

const FIXTURES = join(ROOT, 'tests/fixtures/smollm2');
const INT8 = join(ROOT, 'models/smollm2-135m-int8');
const FP32 = join(ROOT, 'models/smollm2-135m-fp32');

interface Place {
  readonly offset: number;
  readonly length: number;
}

const read = <Value>(name: string): Value => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as Value;

function floatsOf(name: string): (place: Place) => Float32Array {
  const bytes = readFileSync(join(FIXTURES, name));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return ({ offset, length }) => all.subarray(offset, offset + length);
}

interface ForwardGolden {
  readonly cases: {
    readonly name: string;
    readonly tokens: number[];
    readonly steer: { readonly layer: number; readonly vector: Place }[];
    readonly capture: number[];
    readonly expected: { readonly logits: Place; readonly residual: Record<string, Place> };
  }[];
}

interface LettersGolden {
  readonly dilemmas: {
    readonly id: string;
    readonly letters: {
      readonly log_odds_high: number;
      readonly position_bias: number;
      readonly answer_mass: number;
    };
    readonly cloze: { readonly log_odds_high: number };
  }[];
}

interface VectorsGolden {
  readonly steered: {
    readonly layer: number;
    readonly strength: number;
    readonly vector: Place;
    readonly cloze_log_odds_high: {
      readonly id: string;
      readonly unsteered: number;
      readonly steered: number;
    }[];
  };
}

test('lab forward on the fp32 export equals PyTorch with forward hooks', async () => {
  const golden = read<ForwardGolden>('forward.json');
  const floats = floatsOf('forward.f32');
  const rows = golden.cases.map(({ tokens, steer, capture }) => ({
    tokens,
    capture,
    steer: steer.map(({ layer, vector }) => ({ layer, vector: Array.from(floats(vector)) })),
  }));
  const { code, stderr, output } = await lab(
    ['forward', '--model', FP32, '--requests', 'in.json', '--backend', 'wasm'],
    { 'in.json': { rows } },
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const got = output as ForwardOutput;
  expect(got.backend).toBe('wasm');
  expect(got.rows).toHaveLength(golden.cases.length);
  for (const [i, { name, expected, steer }] of golden.cases.entries()) {
    const row = got.rows[i];
    const difference = maxDifference(row?.logits ?? [], floats(expected.logits));
    process.stdout.write(
      `    ${name} (${steer.length} steered): max logit difference ${difference.toExponential(1)}\n`,
    );
    expect(difference, name).toBeLessThan(1e-3);
    for (const [layer, place] of Object.entries(expected.residual)) {
      const reference = floats(place);
      // Residuals of this model reach thousands in single directions: the tolerance is relative to their size.
      const scale = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
      expect(
        maxDifference(row?.residual[layer] ?? [], reference) / scale,
        `${name}, layer ${layer}`,
      ).toBeLessThan(1e-4);
    }
  }
});

/** Probes the dilemmas of the reference, the first of the measuring half. */
async function probed(
  model: string,
  protocol: 'letters' | 'cloze',
  count = 100,
): Promise<Map<string, ProbeOutput['dilemmas'][number]>> {
  const { code, stderr, output } = await lab([
    'probe',
    '--model',
    model,
    '--protocol',
    protocol,
    '--limit',
    String(count),
    '--backend',
    'wasm',
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return new Map((output as ProbeOutput).dilemmas.map((dilemma) => [dilemma.id, dilemma]));
}

for (const [name, model, least] of [
  ['fp32', FP32, 0.9999],
  ['quantized', INT8, 0.99],
] as const)
  test(`letters on the ${name} export follow PyTorch on 100 dilemmas`, async () => {
    const golden = read<LettersGolden>('letters.json').dilemmas;
    const found = await probed(model, 'letters');
    expect(golden).toHaveLength(100);
    expect(found.size).toBe(100);
    const of = (pick: (dilemma: ProbeOutput['dilemmas'][number]) => number | undefined): number[] =>
      golden.map(({ id }) => {
        const dilemma = found.get(id);
        return (dilemma && pick(dilemma)) ?? NaN;
      });
    const figures = {
      'log-odds': correlation(
        of((d) => d.log_odds_high),
        golden.map((d) => d.letters.log_odds_high),
      ),
      'position bias': correlation(
        of((d) => d.position_bias),
        golden.map((d) => d.letters.position_bias),
      ),
      'answer mass': correlation(
        of((d) => d.answer_mass),
        golden.map((d) => d.letters.answer_mass),
      ),
    };
    process.stdout.write(`    correlations with PyTorch: ${JSON.stringify(figures)}\n`);
    expect(figures['log-odds']).toBeGreaterThan(least);
    expect(figures['position bias']).toBeGreaterThan(0.99);
    expect(figures['answer mass']).toBeGreaterThan(0.99);
  });

test('cloze on the quantized export follows PyTorch', async () => {
  const golden = read<LettersGolden>('letters.json').dilemmas.slice(0, 40);
  const found = await probed(INT8, 'cloze', golden.length);
  const figure = correlation(
    golden.map(({ id }) => found.get(id)?.log_odds_high ?? NaN),
    golden.map((d) => d.cloze.log_odds_high),
  );
  process.stdout.write(`    correlation with PyTorch: ${figure}\n`);
  expect(figure).toBeGreaterThan(0.999);
});

test('a learned vector moves what the reference vector moves', async () => {
  const { steered } = read<VectorsGolden>('vectors.json');
  const { code, stderr, output } = await lab([
    'probe',
    '--model',
    'smollm2-135m',
    '--protocol',
    'cloze',
    '--vector',
    'axis:traditional_secular',
    '--layer',
    String(steered.layer),
    '--strength',
    String(steered.strength),
    '--unit',
    'norm',
    '--limit',
    String(steered.cloze_log_odds_high.length),
    '--train',
    '60',
    '--backend',
    'wasm',
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const got = new Map((output as ProbeOutput).dilemmas.map((dilemma) => [dilemma.id, dilemma.log_odds_high]));
  const figure = correlation(
    steered.cloze_log_odds_high.map(({ id }) => got.get(id) ?? NaN),
    steered.cloze_log_odds_high.map((entry) => entry.steered),
  );
  const shifts = correlation(
    steered.cloze_log_odds_high.map(({ id, unsteered }) => (got.get(id) ?? NaN) - unsteered),
    steered.cloze_log_odds_high.map((entry) => entry.steered - entry.unsteered),
  );
  process.stdout.write(`    correlations with PyTorch: log-odds ${figure}, shifts ${shifts}\n`);
  expect(figure).toBeGreaterThan(0.999);
  expect(shifts).toBeGreaterThan(0.9);
});
