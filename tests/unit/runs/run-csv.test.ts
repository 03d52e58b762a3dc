import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { parseCsv, writeCsv } from '../../../src/runs/run-csv.ts';
import type { Run } from '../../../src/runs/run.ts';
import { anyRun } from './run-arbitrary.ts';
import { controlRun, letterProbe } from './runs.ts';

/** A run as a table holds it: neither the work done nor the self-check. */
function inTable(run: Run): Run {
  const copy = {
    ...run,
    model: { ...run.model, selfCheck: { state: 'not-made', why: 'A CSV file does not keep it.' } },
  };
  Reflect.deleteProperty(copy, 'tokenLayers');
  return copy as Run;
}

const faultOf = (csv: string): LeewayError => {
  try {
    parseCsv(csv);
  } catch (thrown) {
    if (thrown instanceof LeewayError) return thrown;
    throw thrown;
  }
  throw new Error('It was read.');
};

describe('CSV', () => {
  it('gives back what went in, of every kind of run, quotes, line ends and formulas included', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRun, { maxLength: 3, selector: ({ key }) => key }), (runs) => {
        expect(parseCsv(writeCsv(runs))).toEqual(runs.map(inTable));
      }),
    );
  });

  it('is one row an answer, CRLF, no comment before the header', () => {
    const csv = writeCsv([letterProbe()]);
    expect(csv.startsWith('run,kind,updated,model,')).toBe(true);
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(31);
    expect(csv.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('tells probabilities, and right and wrong of control questions', () => {
    const [header = '', ...rows] = writeCsv([controlRun([2, -1, 0])])
      .trimEnd()
      .split('\r\n');
    const names = header.split(',');
    const column = (name: string): (string | undefined)[] =>
      rows.map((row) => row.split(',')[names.indexOf(name)]);
    expect(column('right')).toEqual(['1', '0', '0.5']);
    expect(Number(column('probability_high')[0])).toBeCloseTo(0.880797, 6);
  });

  it('keeps text from being taken for a formula', () => {
    const csv = writeCsv([letterProbe({ system: '=HYPERLINK("x")' })]);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('as a spreadsheet saves it, with a mark of its encoding and line feeds alone, is read', () => {
    const run = letterProbe();
    expect(parseCsv(`\uFEFF${writeCsv([run]).replaceAll('\r\n', '\n')}\n`)).toEqual([inTable(run)]);
  });

  it('with a fault is refused with the row, as a spreadsheet counts it', () => {
    const lines = writeCsv([letterProbe()]).split('\r\n');
    const broken = lines.with(5, (lines[5] ?? '').replace(',0.4,', ',high,'));
    expect(faultOf(broken.join('\r\n')).message).toBe('Row 6: log_odds_high is not a finite number.');
    expect(faultOf(lines.with(3, 'a,b').join('\r\n')).message).toContain('Row 4');
    expect(faultOf('a,b\r\n1,2\r\n').message).toContain('no column run, kind, updated');
  });

  it('never fails without a code, whatever the text', () => {
    const columns = writeCsv([]).trimEnd();
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const csv of [text, `${columns}\r\n${text}`])
          try {
            expect(parseCsv(csv)).toEqual([]);
          } catch (thrown) {
            if (!(thrown instanceof LeewayError)) throw thrown;
          }
      }),
    );
  });
});
