import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { maxDifference } from '../max-difference.ts';
import { AXES, type Axis } from '../../src/science/item.ts';
import { cosine, norm as lengthOf } from '../../src/science/steering-vector.ts';
import { correlation, lab, type ForwardOutput, type ProbeOutput } from './lab.ts';
import { expect, test } from './site.ts';

const FIXTURES = join(ROOT, 'tests/fixtures/smollm2');
const INT8 = join(ROOT, 'models/smollm2-135m-int8');
const GGUF = 'smollm2-135m';
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
  readonly trained: number;
  /** [layers, hidden] by axis. */
  readonly vectors: Record<Axis, Place>;
  readonly agreement: Record<Axis, number[]>;
  readonly mean_residual_norm: number[];
  readonly pushes: { readonly axis: Axis; readonly layer: number; readonly strength: number }[];
  readonly cloze_log_odds_high: {
    readonly id: string;
    readonly unsteered: number;
    /** Under each of the pushes. */
    readonly steered: number[];
  }[];
}

interface VectorsOutput {
  readonly vectors: Record<string, number[]>;
  readonly residual_norms: Record<string, number>;
  readonly agreement: Record<string, { readonly pairwise: { readonly mean: number } }>;
}

async function output<Of>(words: readonly string[], inputs: Record<string, unknown> = {}): Promise<Of> {
  const outcome = await lab([...words, '--backend', 'wasm'], inputs);
  expect(outcome.stderr).toBe('');
  expect(outcome.code).toBe(0);
  return outcome.output as Of;
}

test('lab forward on the fp32 export equals PyTorch with forward hooks', async () => {
  const golden = read<ForwardGolden>('forward.json');
  const floats = floatsOf('forward.f32');
  const rows = golden.cases.map(({ tokens, steer, capture }) => ({
    tokens,
    capture,
    steer: steer.map(({ layer, vector }) => ({ layer, vector: Array.from(floats(vector)) })),
  }));
  const got = await output<ForwardOutput>(['forward', '--model', FP32, '--requests', 'in.json'], {
    'in.json': { rows },
  });
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

/** Probes the first dilemmas of the measuring half, which are those of the reference. */
async function probed(
  model: string,
  protocol: 'letters' | 'cloze',
  count: number,
  more: readonly string[] = [],
  inputs: Record<string, unknown> = {},
): Promise<Map<string, ProbeOutput['dilemmas'][number]>> {
  const words = ['probe', '--model', model, '--protocol', protocol, '--limit', String(count), ...more];
  const { dilemmas } = await output<ProbeOutput>(words, inputs);
  expect(dilemmas).toHaveLength(count);
  return new Map(dilemmas.map((dilemma) => [dilemma.id, dilemma]));
}

// Each says the same of the engine's numbers as a hundred would.
for (const [name, model, least, count] of [
  ['fp32', FP32, 0.9999, 24],
  ['quantized', INT8, 0.99, 60],
] as const)
  test(`letters on the ${name} export follow PyTorch on ${count} dilemmas`, async () => {
    const golden = read<LettersGolden>('letters.json').dilemmas.slice(0, count);
    const found = await probed(model, 'letters', count);
    expect(golden).toHaveLength(count);
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
  const golden = read<LettersGolden>('letters.json').dilemmas.slice(0, 24);
  const found = await probed(INT8, 'cloze', golden.length);
  const figure = correlation(
    golden.map(({ id }) => found.get(id)?.log_odds_high ?? NaN),
    golden.map((d) => d.cloze.log_odds_high),
  );
  process.stdout.write(`    correlation with PyTorch: ${figure}\n`);
  expect(figure).toBeGreaterThan(0.999);
});

test('vectors of every layer and what they move are PyTorch’s', async () => {
  const golden = read<VectorsGolden>('vectors.json');
  const floats = floatsOf('vectors.f32');
  const layers = golden.mean_residual_norm.length;
  const files: Record<string, VectorsOutput> = {};
  for (const axis of AXES) {
    const words = ['vectors', '--model', GGUF, '--selection', `axis:${axis}`, '--train'];
    const made = (files[`${axis}.json`] = await output<VectorsOutput>([...words, String(golden.trained)]));
    const reference = floats(golden.vectors[axis]);
    const hidden = reference.length / layers;
    const cosines = golden.mean_residual_norm.map((norm, layer) => {
      const [own, theirs] = [
        made.vectors[String(layer)] ?? [],
        reference.subarray(layer * hidden, (layer + 1) * hidden),
      ];
      expect(own).toHaveLength(hidden);
      expect(lengthOf(own) / lengthOf(theirs)).toBeCloseTo(1, 2);
      expect((made.residual_norms[String(layer)] ?? NaN) / norm).toBeCloseTo(1, 3);
      expect(made.agreement[String(layer)]?.pairwise.mean).toBeCloseTo(
        golden.agreement[axis][layer] ?? NaN,
        2,
      );
      return cosine(own, theirs);
    });
    expect(cosines).toHaveLength(30);
    process.stdout.write(`    ${axis}: least cosine of ${layers} layers ${Math.min(...cosines)}\n`);
    for (const [layer, value] of cosines.entries())
      expect(value, `${axis}, layer ${layer}`).toBeGreaterThan(0.999);
  }

  const all = golden.cloze_log_odds_high;
  expect(all).toHaveLength(60);
  const before = await probed(GGUF, 'cloze', all.length);
  const unsteered = correlation(
    all.map(({ id }) => before.get(id)?.log_odds_high ?? NaN),
    all.map((entry) => entry.unsteered),
  );
  process.stdout.write(`    log-odds without a push: correlation with PyTorch ${unsteered}\n`);
  expect(unsteered).toBeGreaterThan(0.999);
  for (const [i, { axis, layer, strength }] of golden.pushes.entries()) {
    // One push over all of them; fewer dilemmas tell a wrong sign or a wrong layer of the others.
    const some = i > 0 ? all.slice(0, 20) : all;
    const file = `${axis}.json`;
    const more = [
      '--vector',
      file,
      '--layer',
      String(layer),
      '--strength',
      String(strength),
      '--unit',
      'norm',
    ];
    const after = await probed(GGUF, 'cloze', some.length, more, { [file]: files[file] });
    const shifts = correlation(
      some.map(({ id }) => (after.get(id)?.log_odds_high ?? NaN) - (before.get(id)?.log_odds_high ?? NaN)),
      some.map((entry) => (entry.steered[i] ?? NaN) - entry.unsteered),
    );
    process.stdout.write(
      `    ${axis} after layer ${layer}, ${strength}: shifts of ${some.length} dilemmas correlate ${shifts} with PyTorch’s\n`,
    );
    expect(shifts).toBeGreaterThan(0.98);
  }
});
