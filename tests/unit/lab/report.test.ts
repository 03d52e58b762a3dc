import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Arguments } from '../../../lab/arguments.ts';
import { REPORT_OPTIONS, writeReport } from '../../../lab/report.ts';

const RUNS = 'tests/fixtures/report/runs.json';
const folder = mkdtempSync(join(tmpdir(), 'leeway-report-'));

function written(name: string, ...more: string[]): string {
  const out = join(folder, name);
  writeReport(new Arguments(['--runs', RUNS, '--out', out, ...more], REPORT_OPTIONS));
  return readFileSync(out, 'utf8');
}

test('lab report writes what the ending asks for', () => {
  expect(written('a.html')).toMatch(/^<!doctype html>/);
  expect(JSON.parse(written('a.json'))).toMatchObject({ format: 'leeway-report' });
  expect(written('a.csv')).toMatch(/^section,figure,/);
});

test('another ending, a missing experiment and a missing file are told', () => {
  expect(() => written('a.pdf')).toThrow(/cannot be written as/);
  expect(() => written('a.html', '--experiment', '2')).toThrow(/no number 2/);
  expect(() =>
    writeReport(new Arguments(['--runs', 'none.json', '--out', 'a.html'], REPORT_OPTIONS)),
  ).toThrow(/cannot be read/);
});
