import { lab } from './lab.ts';
import { readRunFile } from '../../src/runs/run-file.ts';
import { responseStudies } from '../../src/runs/response-study.ts';
import { expect, test } from './site.ts';

interface Cell {
  readonly vector: string;
  readonly measured: string;
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly p_holm: number;
  readonly null_random: { readonly n: number } | null;
}

interface ResponseOutput {
  readonly protocol: string;
  readonly response: {
    readonly axis: { readonly cells: readonly Cell[] };
    readonly domain: Readonly<Record<string, { readonly cells: readonly Cell[] }>>;
  };
  readonly axes: readonly {
    readonly leeway: { readonly verdict: string; readonly ratio: number };
    readonly relabelling: { readonly verdict: string; readonly pushes: string | null };
  }[];
  readonly token_layers: { readonly computed: number; readonly naive: number };
}

test('lab response measures what moves with what, in a run file', async () => {
  const { code, stderr, output } = await lab([
    ...['response', '--model', 'phantom-independent', '--backend', 'wasm', '--vectors', 'axis,domain'],
    ...['--layer', '2', '--limit', '60', '--train', '120', '--strengths', '0.15'],
    ...['--random', '1', '--shuffled', '1', '--labels', 'XY', '--no-orthogonal'],
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const found = output as ResponseOutput;
  expect(found.protocol).toBe('letters');
  const { cells } = found.response.axis;
  expect(cells).toHaveLength(4);
  for (const { vector, measured, slope, low, high, n, null_random } of cells) {
    expect(low).toBeLessThanOrEqual(slope);
    expect(high).toBeGreaterThanOrEqual(slope);
    expect(n).toBe(30);
    expect(null_random?.n).toBe(1);
    // Its axes are independent: the diagonal moves, the rest does not.
    if (vector === measured) expect(slope).toBeGreaterThan(1);
    else expect(Math.abs(slope)).toBeLessThan(0.4);
  }
  expect(found.response.domain['traditional_secular']?.cells).toHaveLength(9);
  for (const { leeway, relabelling } of found.axes) {
    expect(leeway.verdict).not.toBe('drifts');
    expect(relabelling).toMatchObject({ verdict: 'carries over', pushes: null });
  }
  expect(found.token_layers.computed).toBeLessThan(found.token_layers.naive);
  // Given back, it is not asked again: the same figures, and nothing more to compute.
  const again = await lab(
    [
      ...['response', '--model', 'phantom-independent', '--backend', 'wasm', '--vectors', 'axis'],
      ...['--layer', '2', '--limit', '60', '--train', '120', '--strengths', '0.15', '--runs', 'in.json'],
      ...['--random', '1', '--shuffled', '0', '--labels', 'XY', '--no-orthogonal'],
    ],
    { 'in.json': output },
  );
  expect(again.stderr).toBe('');
  const grown = again.output as ResponseOutput;
  expect(grown.response.axis.cells.map(({ slope }) => slope)).toEqual(cells.map(({ slope }) => slope));
  expect(grown.token_layers).toEqual(found.token_layers);
  const [study, ...others] = responseStudies(readRunFile(JSON.stringify(output), 0));
  expect(others).toEqual([]);
  expect(study).toMatchObject({ layer: 2, n: 60, kinds: ['axis', 'domain'] });
});

test('lab response says what is wrong with a request', async () => {
  const wrong = async (...words: string[]) =>
    (await lab(['response', '--model', 'phantom-independent', '--backend', 'wasm', ...words])).stderr;
  expect(await wrong('--vectors', 'axes')).toMatch(/^request-invalid: --vectors knows axis, item, domain/);
  expect(await wrong('--strengths', '0')).toMatch(/^request-invalid: --strengths/);
  expect(await wrong('--layer', '5')).toMatch(/^request-invalid: Layer 5 does not exist/);
});
