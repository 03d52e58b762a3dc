import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readScenarioFile, ScenarioError } from '../../../src/experiments/scenarios.ts';
import { entryOf, lineOf } from './scenario-entries.ts';

const write = (entries: readonly unknown[]): string => JSON.stringify(entries, null, 2);

async function refusal(text: string, name = 'own.json'): Promise<ScenarioError> {
  const thrown: unknown = await readScenarioFile(name, text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ScenarioError) return thrown;
  throw new Error('The file was not refused with a ScenarioError.', { cause: thrown });
}

/** Ways to spoil an entry, with the field that is then at fault, and what is said of it. */
const FAULTS: readonly (readonly [field: string, change: Record<string, unknown>, message: RegExp])[] = [
  ['wvs_id', { wvs_id: '' }, /wvs_id is missing or empty/],
  ['wvs_id', { wvs_id: 'Z9', dimension: 'Other' }, /"Z9" is none of the ten items/],
  ['dimension', { dimension: 7 }, /dimension is missing or empty/],
  ['domain', { domain: ' ' }, /domain is missing or empty/],
  ['scenario_text', { scenario_text: null }, /scenario_text is missing or empty/],
  ['options', { options: ['a', 'b'] }, /options is missing; it should hold exactly the two options/],
  ['options', { options: { A: 'a', B: 'b', C: 'c' } }, /options has 3 options \(A, B, C\)/],
  ['options', { options: { A: 'a', B: '' } }, /options has an empty option/],
  ['options', { options: { A: 'a', B: 'a' } }, /options has the same text at A and B/],
  ['mapping', { mapping: 'A' }, /mapping is missing; it should say/],
  ['mapping', { mapping: { low_pole: 'A', high_pole: 'a' } }, /mapping should name A or B/],
  ['mapping', { mapping: { low_pole: 'B', high_pole: 'B' } }, /mapping gives the same letter to both poles/],
];

const REQUIRED = ['wvs_id', 'dimension', 'domain', 'scenario_text', 'options', 'mapping'];

describe('the line of a fault', () => {
  it.each(FAULTS)('is that of the field: %s, %j', async (field, change, message) => {
    const text = write([entryOf(0), entryOf(1, change), entryOf(2)]);
    const second = text.indexOf('"d-1"');
    const line = text.slice(0, second).split('\n').length - 1 + lineOf(text.slice(second), `"${field}"`);
    const { lines } = await refusal(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^line ${line}, dilemma 2: `));
    expect(lines[0]).toMatch(message);
  });

  it.each(REQUIRED)('is that of the entry where %s is missing', async (field) => {
    const text = write([entryOf(0), entryOf(1, { [field]: undefined })]);
    const { lines } = await refusal(text);
    expect(lines).toEqual([
      expect.stringMatching(`^line ${lineOf(text, '"d-1"') - 1}, dilemma 2: ${field} is missing`),
    ]);
  });

  it.each(['"text"', '7', 'null', '[]', '[{}]'])(
    'is that of an entry that is no object: %s',
    async (entry) => {
      const { lines } = await refusal(`[\n${JSON.stringify(entryOf(0))},\n\n${entry}]`);
      expect(lines).toEqual(['line 4, dilemma 2: is not an object']);
    },
  );

  it('is that of the last of two fields with one name, which is the one that counts', async () => {
    const good = JSON.stringify(entryOf(0)).slice(0, -1);
    const { message } = await refusal(`[\n${good},\n"domain": ""}\n]`);
    expect(message).toContain('line 3, dilemma 1: domain is missing or empty');
  });

  it.each(['\n', '\r\n', '\r'])('counts lines that end in %j', async (end) => {
    const text = write([entryOf(0), entryOf(1, { mapping: {} })]).replaceAll('\n', end);
    const line = text.slice(0, text.lastIndexOf('"mapping"')).split(end).length;
    expect((await refusal(text)).message).toContain(`line ${line}, dilemma 2: mapping`);
  });

  it('is found for one entry broken at random in a random file', async () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constantFrom({ A: '[' }, ['},\n{'], 'wvs_id": "'));
    const file = fc.record({
      n: fc.integer({ min: 1, max: 12 }),
      broken: fc.nat(),
      fault: fc.constantFrom(...FAULTS),
      extras: fc.dictionary(
        fc.string().filter((key) => !(key in entryOf(0))),
        value,
        { maxKeys: 3 },
      ),
      shuffled: fc.shuffledSubarray(Object.keys(entryOf(0)), { minLength: Object.keys(entryOf(0)).length }),
      indent: fc.constantFrom(0, 1, 4, '\t'),
      end: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\uFEFF'),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ n, broken, fault, extras, shuffled, indent, end, mark }) => {
        const [field, change, message] = fault;
        const at = broken % n;
        const entries = Array.from({ length: n }, (_, place) => {
          const entry = entryOf(place, place === at ? change : {});
          return { ...extras, ...Object.fromEntries(shuffled.map((key) => [key, entry[key]])) };
        });
        // The parts are written one by one, so that where the field stands is known without reading.
        const parts = entries.map((entry) => JSON.stringify(entry, null, indent));
        const fieldsBefore = Object.fromEntries(
          Object.entries(entries[at] ?? {}).slice(0, Object.keys(entries[at] ?? {}).indexOf(field)),
        );
        const inEntry =
          indent === 0
            ? 0
            : JSON.stringify({ ...fieldsBefore, [field]: 0 }, null, indent).split('\n').length - 2;
        const before = parts.slice(0, at).reduce((lines, part) => lines + part.split('\n').length, 0);
        const text = mark + `[\n${parts.join(',\n')}\n]`.replaceAll('\n', end);
        const { lines } = await refusal(text);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(new RegExp(`^line ${2 + before + inEntry}, dilemma ${at + 1}: `));
        expect(lines[0]).toMatch(message);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is no JSON', () => {
  it.each([
    ['[\n{"a": 1}\n{"b": 2}\n]', 'line 3, column 1: a comma is missing before “{”'],
    ['[\n{"a": 1},\n]', 'line 3, column 1: a comma stands before “]”, where nothing follows'],
    ['[{"a": 1,\n  }]', 'line 2, column 3: a comma stands before “}”, where nothing follows'],
    ['[{"a": }]', 'line 1, column 8: a value is missing before “}”'],
    ['[{"a" 1}]', 'line 1, column 7: a colon is missing before “1”'],
    ['[{a: 1}]', 'line 1, column 3: “a” is no JSON'],
    ["[\r\n{'a': 1}]", "line 2, column 2: “'a'” is no JSON"],
    ['[{“a”: 1}]', 'line 1, column 3: ““a”” is no JSON'],
    ['[{"a": NaN}]', 'line 1, column 8: “NaN” is no JSON'],
    ['[{"a": -Infinity}]', 'line 1, column 8: “-” is no JSON'],
    ['[{"a": 1.}]', 'line 1, column 8: the number “1.” breaks off'],
    ['// dilemmas\n[]', 'line 1, column 1: a comment stands here'],
    ['[\n/* none */]', 'line 2, column 1: a comment stands here'],
    ['[{"a": "x\ny"}]', 'line 1, column 8: the text that begins here has no closing double quote'],
    ['[{"a": "\\q"}]', 'line 1, column 8: the text that begins here has a backslash'],
    ['[{"a": "\\u12"}]', 'line 1, column 8: the text that begins here has a backslash'],
    ['[{"a": "\t"}]', 'line 1, column 8: the text that begins here holds a control character'],
    ['{"a": 1}\n{"a": 2}', 'line 2, column 1: “{” stands after the end'],
    ['[{"a": 1}', 'line 1, column 10: the file breaks off: a closing ] is missing'],
    ['[\n{"a": 1', 'line 2, column 8: the file breaks off: a closing } is missing'],
    ['not json', 'line 1, column 1: “not” is no JSON'],
  ])('%j', async (text, message) => {
    const { message: said, code, lines } = await refusal(text);
    expect(said).toContain(`own.json is not JSON: ${message}`);
    expect(code).toBe('scenario-invalid');
    expect(lines).toEqual([]);
  });

  it('never goes without a sentence, wherever a file is cut or changed', async () => {
    const whole = write([entryOf(0), entryOf(1)]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.constantFrom('', '"', '}', ',', '\\', '/', '\u0001', '𝄞', '0'),
        async (at, put) => {
          const cut = whole.slice(0, at) + put + whole.slice(at + 1);
          let valid = true;
          try {
            JSON.parse(cut);
          } catch {
            valid = false;
          }
          if (!valid)
            expect((await refusal(cut)).message).toMatch(/is not JSON: line \d+, column \d+: .{10}/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is said of a file of nothing but brackets', async () => {
    expect((await refusal('['.repeat(200_000))).message).toBe(
      'own.json is not JSON: its brackets are too deeply nested.',
    );
    const { message } = await refusal('['.repeat(200_000) + ']'.repeat(200_000));
    expect(message).toMatch(/not JSON|dilemma 1: is not an object/);
  });
});

describe('files that are something else', () => {
  it.each([
    ['', 'own.json is empty.'],
    ['\uFEFF \r\n', 'own.json is empty.'],
    ['<!DOCTYPE html><html></html>', 'own.json is a web page, not a file of dilemmas.'],
    ['\n<html lang="en">', 'own.json is a web page, not a file of dilemmas.'],
    ['{"dilemmas": []}', 'own.json cannot be used: the file is not a JSON array of dilemmas.'],
    ['7', 'own.json cannot be used: the file is not a JSON array of dilemmas.'],
    ['[]', 'own.json cannot be used: the file holds no dilemma.'],
  ])('%j', async (text, message) => {
    expect((await refusal(text)).message).toBe(message);
  });
});

describe('many faults', () => {
  it('are all kept: three in the sentence, a hundred in the list, the rest as a number', async () => {
    const { message, lines, more } = await refusal(
      write(Array.from({ length: 120 }, (_, place) => entryOf(place, { domain: '' }))),
    );
    expect(message).toMatch(
      /dilemma 1: .*; line \d+, dilemma 2: .*; line \d+, dilemma 3: .*; and 117 more\.$/,
    );
    expect(lines).toHaveLength(100);
    expect(more).toBe(20);
  });

  it('of one entry each have their line, and come in the order of the file', async () => {
    const text = write([
      entryOf(0, { domain: '', mapping: 0 }),
      entryOf(1, { scenario_text: '' }),
      entryOf(2, { domain: 0 }),
    ]);
    const { lines } = await refusal(text);
    expect(lines.map((line) => /dilemma \d: \w+/.exec(line)?.[0])).toEqual([
      'dilemma 1: domain',
      'dilemma 1: mapping',
      'dilemma 2: scenario_text',
      'dilemma 3: domain',
    ]);
    const numbers = lines.map((line) => Number(/\d+/.exec(line)?.[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('ids', () => {
  it('that stand more than once are made unique, as files made elsewhere number each item anew', async () => {
    const text = write([entryOf(0), entryOf(1), entryOf(2, { id: 'd-0' }), entryOf(3, { id: 'd-0' })]);
    const { dilemmas } = await readScenarioFile('own.json', text);
    expect(dilemmas.map(({ id }) => id)).toEqual(['d-0', 'd-1', 'd-0 (2)', 'd-0 (3)']);
  });

  it('may be numbers', async () => {
    const ids = async (...stated: unknown[]): Promise<string[]> => {
      const text = write(stated.map((id, i) => entryOf(i, { id })));
      return (await readScenarioFile('own.json', text)).dilemmas.map(({ id }) => id);
    };
    expect(await ids(17)).toEqual(['17']);
    expect(await ids(17, '17', '17 (2)')).toEqual(['17', '17 (2)', '17 (2) (2)']);
  });

  it('and splits may be missing; an id that is made never meets one that is stated', async () => {
    const bare = { id: undefined, split: undefined };
    const { dilemmas } = await readScenarioFile(
      'own.json',
      write([
        entryOf(0, bare),
        entryOf(1, { ...bare, domain: 'Legal' }),
        entryOf(2, { id: 'F063-workplace-0' }),
      ]),
    );
    expect(dilemmas.map(({ id }) => id)).toEqual(['F063-workplace-0+', 'F063-legal-1', 'F063-workplace-0']);
    expect(dilemmas.map((dilemma) => 'split' in dilemma)).toEqual([false, false, true]);
  });
});

it('a byte order mark and Windows line ends change nothing but the hash', async () => {
  const text = write([entryOf(0), entryOf(1)]);
  const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
  const [plain, marked] = await Promise.all(
    [text, windows].map((each) => readScenarioFile('own.json', each)),
  );
  expect(marked?.dilemmas).toEqual(plain?.dilemmas);
  expect(marked?.sha256).toBe(createHash('sha256').update(windows).digest('hex'));
  expect(plain?.sha256).toBe(createHash('sha256').update(text).digest('hex'));
});
