import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { chartsOf } from '../src/reports/charts.ts';
import { experimentsOf } from '../src/reports/experiment.ts';
import { moment, REPORT_KINDS, reportText } from '../src/reports/report-files.ts';
import { makeReport, undecided, type ReportSociety } from '../src/reports/report.ts';
import { readRunFile } from '../src/runs/run-file.ts';
import type { Projection } from '../src/science/culture-map.ts';
import { readSurvey } from '../src/science/survey.ts';
import type { Arguments } from './arguments.ts';
import { readText } from './input-file.ts';

export const REPORT_OPTIONS = ['runs', 'experiment', 'out'] as const;

/** A file of the page's own. */
const own = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../public/${path}`, import.meta.url)), 'utf8');

/** Makes the report on an experiment of a run file; the same that the page makes, without a browser. */
export function writeReport(options: Arguments): void {
  const [path, out] = [options.required('runs'), options.required('out')];
  const kind = REPORT_KINDS.find((one) => extname(out).toLowerCase() === `.${one}`);
  if (!kind)
    throw new LeewayError(
      'request-invalid',
      `A report cannot be written as ${out}.`,
      'Name a file that ends in .html, .json or .csv.',
    );
  const runs = readRunFile(readText(path, 'run file'), statSync(path).mtimeMs);
  const experiments = experimentsOf(runs);
  const which = options.whole('experiment', 1) ?? 1;
  const experiment = experiments[which - 1];
  if (!experiment)
    throw new LeewayError(
      'request-invalid',
      experiments.length === 0
        ? `There is no probe in ${path}.`
        : `There are ${experiments.length} experiments in ${path}, and no number ${which}.`,
      'Name a run file that holds a probe; --experiment counts from 1, the newest first.',
    );
  const projection = JSON.parse(own('human/projection.json')) as Projection;
  const { societies, sources } = JSON.parse(own('human/societies.json')) as {
    societies: readonly ReportSociety[];
    sources: readonly string[];
  };
  const questions = own('scenarios/survey.json');
  const survey = {
    sha256: createHash('sha256').update(questions).digest('hex'),
    questions: readSurvey(JSON.parse(questions)),
  };
  const report = makeReport(experiment, { projection, societies, sources, survey, made: moment() });
  const charts = chartsOf(report, { societies, undecided: undecided(projection) });
  const text = reportText(report, charts, kind);
  try {
    writeFileSync(out, text);
  } catch (thrown) {
    throw new LeewayError(
      'request-invalid',
      `The file ${out} cannot be written.`,
      'Name a file in a folder that exists.',
      { cause: thrown },
    );
  }
  const others = experiments.length > 1 ? `, experiment ${which} of ${experiments.length}` : '';
  process.stdout.write(
    `${report.runs.length} runs of ${experiment.model.id} in ${experiment.protocol}${others}: ${report.warnings.length} warnings\n`,
  );
}
