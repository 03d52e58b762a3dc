import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_PAIRS, PairsError, readPairFile } from '../../../src/experiments/own-pairs.ts';

const pairs = [
  { positive: 'I would tell them, "yes".', negative: 'I would, of course, tell them no.' },
  { positive: 'Zwei\nZeilen', negative: 'One line; no more' },
];

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const table = (delimiter: string, rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map(quoted).join(delimiter)).join('\n');

async function refused(text: string): Promise<PairsError> {
  const thrown: unknown = await readPairFile('mine', text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof PairsError)) throw new Error('it was read');
  return thrown;
}

describe('a file of contrastive pairs', () => {
  it('is read as JSON, with other keys and a byte order mark', async () => {
    const text = `\uFEFF${JSON.stringify(pairs.map((pair) => ({ ...pair, note: 1 })))}`;
    const set = await readPairFile('mine.json', text);
    expect(set.pairs).toEqual(pairs);
    expect(set.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([',', '\t', ';'])('is read as two columns parted by %j', async (delimiter) => {
    const rows = pairs.map(({ positive, negative }) => [positive, negative]);
    expect((await readPairFile('mine.csv', table(delimiter, rows))).pairs).toEqual(pairs);
    // Named columns may stand in any order.
    const named = [['Negative', 'positive'], ...pairs.map(({ positive, negative }) => [negative, positive])];
    expect((await readPairFile('mine.csv', `${table(delimiter, named)}\n\n`)).pairs).toEqual(pairs);
  });

  it.each([
    ['', /is empty/],
    ['[]', /holds no pair/],
    ['{"positive": "a", "negative": "b"}', /no list of pairs/],
    [
      '[\n {"positive": "a", "negative": "b"},\n {"positive": "a" "negative": "b"}\n]',
      /line 3, column 19: a comma/,
    ],
    ['[\n {"positive": "a", "negative": "b"},\n {"positive": "a"}\n]', /line 3, pair 2: negative is missing/],
    ['[\n {"positive": "a",\n  "negative": 3}\n]', /line 3, pair 1: negative is missing, empty or no text/],
    ['[{"positive": "a", "negative": "a"}]', /pair 1: negative is the same text/],
    ['["a", "b"]', /line 1, pair 1: is not an object/],
    ['positive,negative\n', /holds no pair/],
    ['a,b\nc,d,e\n', /line 2: has 3 columns and not 2/],
    ['a,b\n"two\nlines",b\nc,\n', /line 4, pair 3: negative is missing/],
    ['just a text\n', /line 1: has 1 column and not 2/],
    ['a,b\n"c,d\n', /line 2: quoted field unterminated/],
  ])('%j is refused with its line', async (text, message) => {
    const error = await refused(text);
    expect(error.code).toBe('pairs-invalid');
    expect(error.message).toMatch(message);
  });

  it('names three faults and lists the rest', async () => {
    const error = await refused(JSON.stringify(Array.from({ length: 7 }, () => ({}))));
    expect(error.lines).toHaveLength(14);
    expect(error.message).toMatch(/; and 11 more\.$/);
    expect((await refused(JSON.stringify(new Array(MOST_PAIRS + 1).fill(pairs[0])))).message).toMatch(
      /1001 pairs/,
    );
  });

  it('ends in pairs or in a typed error, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (text) => {
        const outcome: unknown = await readPairFile('mine', text).catch((reason: unknown) => reason);
        expect(outcome instanceof Error ? outcome : undefined).toSatisfy(
          (error: unknown) => error === undefined || error instanceof PairsError,
        );
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it('fits the published schema', () => {
    const path = new URL('../../../public/scenarios/pair.schema.json', import.meta.url);
    const validate = new Ajv().compile(JSON.parse(readFileSync(path, 'utf8')) as object);
    expect(validate(pairs)).toBe(true);
    expect(validate([])).toBe(false);
    expect(validate([{ positive: ' ', negative: 'b' }])).toBe(false);
  });
});
