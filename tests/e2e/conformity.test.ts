import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { maxDifference } from '../max-difference.ts';
import { lab, type ForwardOutput, type ForwardRow } from './lab.ts';
import { expect, test } from './site.ts';

const FOLDER = join(ROOT, 'tests/fixtures/conformity');
const BACKENDS = ['wasm', 'webgpu'] as const;
/** Folders named <family>-<toolchain>, each with the golden that it is held against. */
const MODELS = [
  { folder: 'llama-builder', golden: 'llama' },
  { folder: 'llama-optimum', golden: 'llama' },
  { folder: 'qwen2-builder', golden: 'qwen2' },
  { folder: 'qwen2-optimum', golden: 'qwen2' },
  { folder: 'qwen3-builder', golden: 'qwen3' },
  { folder: 'qwen3-optimum', golden: 'qwen3' },
  { folder: 'gemma3-builder', golden: 'gemma3' },
  { folder: 'gemma3-optimum', golden: 'gemma3' },
  // PyTorch on the very numbers that the 4-bit weights stand for.
  { folder: 'llama-builder-int4', golden: 'llama-int4' },
] as const;
// Found: 5e-5 at most. The exact gelu in the place of Gemma's tanh differs by 1e-3, every other fault by far more.
const TOLERANCE = 5e-4;
/** Lab runs at a time: most of one is the start of a browser. */
const AT_ONCE = 2;

/** A place in the file of floats. */
interface Span {
  readonly offset: number;
  readonly length: number;
}

interface GoldenFile {
  readonly hidden: number;
  readonly layers: number;
  readonly floats: { readonly path: string };
  readonly cases: readonly {
    readonly steering: string;
    readonly tokens: readonly number[];
    readonly steer: readonly { readonly layer: number; readonly vector: Span }[];
    readonly logits: Span;
    /** The stream after every layer, one layer after the other. */
    readonly residual: Span;
  }[];
}

/** One golden row: what to ask, and what PyTorch says. */
interface Case {
  readonly request: unknown;
  readonly isSteered: boolean;
  readonly expected: ForwardRow;
}

function readCases(name: string): Case[] {
  const golden = JSON.parse(readFileSync(join(FOLDER, `${name}.golden.json`), 'utf8')) as GoldenFile;
  const bytes = readFileSync(join(FOLDER, golden.floats.path));
  const floats = ({ offset, length }: Span): number[] =>
    Array.from({ length }, (_, i) => bytes.readFloatLE((offset + i) * 4));
  const capture = Array.from({ length: golden.layers }, (_, layer) => layer);
  return golden.cases.map(({ steering, tokens, steer, logits, residual }) => {
    const stream = floats(residual);
    const after = (layer: number): number[] =>
      stream.slice(layer * golden.hidden, (layer + 1) * golden.hidden);
    return {
      request: {
        tokens,
        steer: steer.map(({ layer, vector }) => ({ layer, vector: floats(vector) })),
        capture,
      },
      isSteered: steering !== 'none',
      expected: {
        logits: floats(logits),
        residual: Object.fromEntries(capture.map((layer) => [layer, after(layer)])),
      },
    };
  });
}

/** Largest differences from PyTorch. */
interface Figures {
  readonly logits: number;
  readonly residual: number;
}

function compare(cases: readonly Case[], rows: readonly ForwardRow[], isSteered: boolean): Figures {
  // A row that is missing differs without bound.
  const pairs = cases.flatMap((one, i) => (one.isSteered === isSteered ? [{ ...one, row: rows[i] }] : []));
  return {
    logits: Math.max(...pairs.map(({ row, expected }) => maxDifference(row?.logits ?? [], expected.logits))),
    residual: Math.max(
      ...pairs.flatMap(({ row, expected }) =>
        Object.entries(expected.residual).map(([layer, values]) =>
          maxDifference(row?.residual[layer] ?? [], values),
        ),
      ),
    ),
  };
}

/** One lab run on one model: all its rows in one file, so that lengths and steerings mix in a pass. */
interface Outcome {
  readonly folder: string;
  readonly backend: string;
  readonly plain?: Figures;
  readonly steered?: Figures;
  /** What the lab said instead. */
  readonly refused?: string;
}

async function measure(model: (typeof MODELS)[number], backend: string): Promise<Outcome> {
  const cases = readCases(model.golden);
  const { code, stderr, output } = await lab(
    ['forward', '--model', join(FOLDER, model.folder), '--requests', 'in.json', '--backend', backend],
    { 'in.json': { rows: cases.map(({ request }) => request) } },
  );
  const about = { folder: model.folder, backend };
  const found = output as ForwardOutput | undefined;
  if (code !== 0 || found?.backend !== backend) return { ...about, refused: stderr.trim() || `exit ${code}` };
  return {
    ...about,
    plain: compare(cases, found.rows, false),
    steered: compare(cases, found.rows, true),
  };
}

function tableOf(outcomes: readonly Outcome[]): string {
  const cells = (figures: Figures | undefined): string[] =>
    [figures?.logits, figures?.residual].map((value) => value?.toExponential(1) ?? '-');
  const lines = [
    ['model', 'backend', 'logits', 'residual', 'steered: logits', 'residual', ''],
    ...outcomes.map(({ folder, backend, plain, steered, refused }) => [
      folder,
      backend,
      ...cells(plain),
      ...cells(steered),
      (refused ?? '').slice(0, 100),
    ]),
  ];
  const width = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines
    .map((line) => `    ${line.map((cell, column) => cell.padEnd(width(column))).join('  ')}`.trimEnd())
    .join('\n');
}

// One test: a failed one would start another worker, and the table would come in pieces.
test('models of four families from both toolchains give PyTorch’s numbers, steered and not, on both backends', async () => {
  const jobs = MODELS.flatMap((model) => BACKENDS.map((backend) => ({ model, backend })));
  const outcomes = new Array<Outcome>(jobs.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at];
      if (job) outcomes[at] = await measure(job.model, job.backend);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.stdout.write(`    largest differences from PyTorch over all rows\n${tableOf(outcomes)}\n`);
  for (const { folder, backend, plain, steered, refused } of outcomes) {
    const name = `${folder} on ${backend}`;
    expect.soft(refused, name).toBeUndefined();
    if (refused !== undefined) continue;
    for (const [what, figures] of Object.entries({ plain, steered })) {
      expect.soft(figures?.logits ?? Infinity, `${name}, ${what}: logits`).toBeLessThan(TOLERANCE);
      expect.soft(figures?.residual ?? Infinity, `${name}, ${what}: residual`).toBeLessThan(TOLERANCE);
    }
  }
});
