import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { maxDifference } from '../max-difference.ts';
import { largest, thinned, waysCases, type WaysGolden } from '../steering-ways.ts';
import { lab, type ForwardOutput } from './lab.ts';
import { expect, test } from './site.ts';

const FIXTURES = join(ROOT, 'tests/fixtures');
const MODEL = join(FIXTURES, 'tiny-llama-builder');
const golden = JSON.parse(
  readFileSync(join(FIXTURES, 'steering-ways/tiny-llama.json'), 'utf8'),
) as WaysGolden;
/** Of the largest value of a row. */
const TOLERANCE = 2e-5;

const forward = (rows: unknown): ReturnType<typeof lab> =>
  lab(['forward', '--model', MODEL, '--requests', 'in.json', '--backend', 'wasm'], { 'in.json': { rows } });

test('forward takes every way of steering from a request file and gives PyTorch’s numbers', async () => {
  const { tokens, stride } = golden;
  const cases = waysCases(golden);
  const capture = [0, 1, 2, 3];
  const listed = (value: unknown): unknown =>
    value instanceof Float32Array
      ? Array.from(value)
      : Array.isArray(value)
        ? value.map(listed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, listed(entry)]))
          : value;
  const { code, stderr, output } = await forward(
    cases.map(({ steer }) => ({ tokens, capture, steer: listed(steer) })),
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const { rows } = output as ForwardOutput;
  cases.forEach(({ name, logits, residual }, i) => {
    const found = thinned(rows[i]?.logits ?? [], stride);
    expect(maxDifference(found, logits) / largest(logits), name).toBeLessThan(TOLERANCE);
    residual.forEach((values, layer) => {
      const stream = rows[i]?.residual[String(layer)] ?? [];
      expect(maxDifference(stream, values) / largest(values), name).toBeLessThan(TOLERANCE);
    });
  });
});

test('forward says what is wrong with an entry', async () => {
  const vector = golden.vectors['u0'] ?? [];
  const refused = async (entry: unknown): Promise<string> => {
    const { code, stderr } = await forward([{ tokens: [1, 2], steer: [entry] }]);
    expect(code).toBe(1);
    return stderr;
  };
  expect(await refused({ layer: 0, way: 'push', vector })).toMatch(
    /^request-invalid: Row 1: entry 1 .*"way"/,
  );
  expect(await refused({ layer: 0, way: 'rotate', plane: [vector], angle: 1 })).toMatch(/"plane" of two/);
  expect(await refused({ layer: 0, vector, at: 'first' })).toMatch(/"last" or \{"from":position\}/);
  expect(await refused({ layer: 0, way: 'rotate', plane: [vector, vector], angle: 1 })).toMatch(
    /^vector-invalid: Row 1: .*right angles/,
  );
});
