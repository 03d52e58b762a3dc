import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { experimentsOf, type Experiment } from '../../../src/reports/experiment.ts';
import { chartsOf, type ReportChart } from '../../../src/reports/charts.ts';
import { makeReport, undecided, type Report, type ReportSociety } from '../../../src/reports/report.ts';
import { readRunFile } from '../../../src/runs/run-file.ts';
import { runKey, type ProbeRun, type Run } from '../../../src/runs/run.ts';
import type { Projection } from '../../../src/science/culture-map.ts';
import { readSurvey } from '../../../src/science/survey.ts';

const published = (name: string): unknown => JSON.parse(readFileSync(`public/human/${name}.json`, 'utf8'));

export const projection = published('projection') as Projection;
const { societies, sources } = published('societies') as {
  societies: readonly ReportSociety[];
  sources: readonly string[];
};
const questions = readFileSync('public/scenarios/survey.json', 'utf8');
export const survey = {
  sha256: createHash('sha256').update(questions).digest('hex'),
  questions: readSurvey(JSON.parse(questions)),
};
export const materials = { projection, societies, sources, survey, made: '2026-06-01T08:00:00.000Z' };

/** Sixteen probes of a phantom: plain, pushed along both axes and at random, and with other labels. */
export const phantomRuns: readonly ProbeRun[] = readRunFile(
  readFileSync('tests/fixtures/report/runs.json', 'utf8'),
  0,
).filter((run) => run.kind === 'probe');

export const newest = (runs: readonly Run[]): Experiment => {
  const [first] = experimentsOf(runs);
  if (!first) throw new Error('There is no experiment.');
  return first;
};

export const reportOn = (runs: readonly Run[]): Report => makeReport(newest(runs), materials);

export const drawn = (report: Report): ReportChart[] =>
  chartsOf(report, { societies, undecided: undecided(projection) });

/** A run with some fields replaced, under the key that it then has. */
export function changed<Kind extends Run>(run: Kind, change: Partial<Kind>): Kind {
  const other = { ...run, ...change };
  return { ...other, key: runKey(other.kind, other) };
}
