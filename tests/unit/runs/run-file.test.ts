import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { RUN_SCHEMA } from '../../../src/runs/run.ts';
import { readRunFile, writeRunFile } from '../../../src/runs/run-file.ts';
import { runKey, type Run } from '../../../src/runs/run.ts';
import { anyRun } from './run-arbitrary.ts';
import { letterProbe } from './runs.ts';

const AT = '2026-01-02T03:04:05.000Z';
const head = { citations: ['EVS', 'WVS'], exported: AT };
const read = (text: string): readonly Run[] => readRunFile(text, Date.parse(AT));
const written = (...runs: readonly Run[]): string => writeRunFile(runs, head);

/** The file with one field changed, as `change` does it to the parsed JSON. */
function changed(text: string, change: (file: { runs: Record<string, never>[] }) => void): string {
  const file = JSON.parse(text) as { runs: Record<string, never>[] };
  change(file);
  return JSON.stringify(file);
}

function faultOf(text: string): LeewayError {
  try {
    read(text);
  } catch (thrown) {
    if (thrown instanceof LeewayError) return thrown;
    throw thrown;
  }
  throw new Error('It was read.');
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

type Holder = Record<string | number, unknown>;

const holderOf = (root: unknown, path: Path): Holder =>
  path.slice(0, -1).reduce((at, key) => at[key] as Holder, root as Holder);

describe('a run file', () => {
  it('gives back what went in', () => {
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 3 }), (runs) => {
        expect(read(written(...runs))).toEqual(runs);
      }),
    );
  });

  it('says what it is, and whose figures it rests on', () => {
    expect(JSON.parse(written(letterProbe()))).toMatchObject({
      format: 'leeway-runs',
      version: 2,
      exported: AT,
      citations: ['EVS', 'WVS'],
    });
  });

  it('with any one field of another type is refused in a sentence, or gives equal runs', () => {
    fc.assert(
      fc.property(
        fc.array(anyRun, { minLength: 1, maxLength: 2 }),
        fc.nat(),
        fc.nat(),
        (runs, which, how) => {
          const file = JSON.parse(written(...runs)) as unknown;
          const paths = pathsOf(file);
          const path = paths[which % paths.length] ?? [];
          const key = path.at(-1) ?? '';
          const holder = holderOf(file, path);
          const before = holder[key];
          const others = [null, true, 7.5, 'x', [], {}, ['x'], { x: 1 }].filter(
            (value) =>
              (typeof value !== typeof before || (value === null) !== (before === null)) &&
              // An infinite drift is null in JSON.
              !(value === null && path.includes('selfCheck')) &&
              !(before === null && typeof value === 'number'),
          );
          holder[key] = others[how % others.length];
          try {
            expect(read(JSON.stringify(file))).toEqual(runs);
          } catch (thrown) {
            if (!(thrown instanceof LeewayError)) throw thrown;
            expect(thrown.code).toMatch(/^run-(invalid|newer)$/);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it('with any one field gone, or any text at all, never fails without a code', () => {
    fc.assert(
      fc.property(fc.array(anyRun, { minLength: 1, maxLength: 2 }), fc.nat(), (runs, which) => {
        const file = JSON.parse(written(...runs)) as unknown;
        const paths = pathsOf(file);
        const path = paths[which % paths.length] ?? [];
        Reflect.deleteProperty(holderOf(file, path), path.at(-1) ?? '');
        try {
          read(JSON.stringify(file));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(LeewayError);
        }
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(faultOf(text).code).toBe('run-invalid');
      }),
    );
  });

  it('names run and answer of a fault', () => {
    const text = changed(written(letterProbe(), letterProbe({ system: 'Be brief.' })), ({ runs }) => {
      const answers = runs[1]?.['answers'] as unknown as { logOddsHigh: unknown }[];
      if (answers[17]) answers[17].logOddsHigh = null;
    });
    expect(faultOf(text).message).toBe('Run 2, answer 18: logOddsHigh is not a finite number.');
  });

  it('of a later version says so, whole or in one run', () => {
    const later = JSON.stringify({ format: 'leeway-runs', version: 3, runs: [] });
    expect(faultOf(later)).toMatchObject({
      code: 'run-newer',
      message: 'This file was made by a newer version of this program.',
    });
    const one = changed(written(letterProbe()), ({ runs }) =>
      Object.assign(runs[0] ?? {}, { schema: RUN_SCHEMA + 1 }),
    );
    expect(faultOf(one)).toMatchObject({ code: 'run-newer' });
  });

  it('brings a run of the second schema, which had one vector, to today’s under the same key', () => {
    const push = { vector: 'axis:traditional_secular', layer: 3, strength: 0.2, unit: 'norm' as const };
    const run = letterProbe({ steering: [push] });
    const text = changed(written(run), ({ runs }) =>
      Object.assign(runs[0] ?? {}, { schema: 2, steering: push }),
    );
    expect(readRunFile(text, 0)).toEqual([run]);
    const none = changed(written(run), ({ runs }) => Object.assign(runs[0] ?? {}, { steering: [] }));
    expect(faultOf(none).message).toContain('steering names no vector');
  });

  it('does not trust a key, nor keep what it does not know', () => {
    const run = letterProbe();
    const text = changed(written(run), ({ runs }) =>
      Object.assign(runs[0] ?? {}, { key: 'another', colour: 'red', ['__proto__x']: 1 }),
    );
    expect(read(text)).toEqual([run]);
    expect(read(text)[0]?.key).toBe(runKey('probe', run));
  });

  it.each([
    ['an axis that is not its item’s', { axis: 'survival_self_expression' }, 'axis is not that of'],
    [
      'an order twice',
      {
        orders: [
          { highAt: 'A', logPA: -1, logPB: -1 },
          { highAt: 'A', logPA: -1, logPB: -1 },
        ],
      },
      'both orders',
    ],
    ['a mass above 1', { answerMass: 1.5 }, 'not a probability'],
    ['the id of another answer', { id: letterProbe().answers[1]?.id }, 'answered twice'],
  ])('refuses %s', (_, field, sentence) => {
    const text = changed(written(letterProbe()), ({ runs }) =>
      Object.assign((runs[0]?.['answers'] as unknown as object[])[0] ?? {}, field),
    );
    expect(faultOf(text).message).toContain(sentence);
  });

  it('brings a probe of the first schema to today’s', () => {
    const run = letterProbe();
    const old = {
      ...run,
      schema: 1,
      key: 'probe|old',
      scenarios: { name: run.scenarios.name, sha256: run.scenarios.sha256 },
      answers: run.answers.map(({ id, logOddsHigh, positionBias, answerMass, orders }) => ({
        id,
        logOddsHigh,
        positionBias,
        answerMass,
        orders,
      })),
    };
    const text = JSON.stringify({ format: 'leeway-runs', version: 1, runs: [old] });
    expect(read(text)).toEqual([run]);
    const strange = changed(text, ({ runs }) =>
      Object.assign((runs[0]?.['answers'] as unknown as object[])[3] ?? {}, { id: 'mine-3' }),
    );
    expect(faultOf(strange).message).toContain('does not tell its item');
  });
});
