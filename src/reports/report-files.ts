import type { ExportedFile } from '../runs/run-export.ts';
import type { ReportChart } from './charts.ts';
import { htmlReport } from './html-report.ts';
import type { Report } from './report.ts';
import { reportCsv } from './report-csv.ts';

export const REPORT_KINDS = ['html', 'json', 'csv'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

const TYPES: Readonly<Record<ReportKind, string>> = {
  html: 'text/html',
  json: 'application/json',
  csv: 'text/csv',
};

/** A name that every file system takes. */
const stem = ({ provenance: { model }, made }: Report): string =>
  `leeway-report-${model.id.replace(/^.*\//, '').replace(/[^\w.-]+/g, '-')}-${made.slice(0, 10)}`;

export const reportText = (report: Report, charts: readonly ReportChart[], kind: ReportKind): string =>
  kind === 'html'
    ? htmlReport(report, charts)
    : kind === 'csv'
      ? reportCsv(report)
      : `${JSON.stringify(report, undefined, 1)}\n`;

/** A report as a file of the kind asked for. */
export const reportFile = (
  report: Report,
  charts: readonly ReportChart[],
  kind: ReportKind,
): ExportedFile => ({
  name: `${stem(report)}.${kind}`,
  type: TYPES[kind],
  text: reportText(report, charts, kind),
});

/** What one of its drawings is called, without the ending. */
export const chartStem = (report: Report, { name }: ReportChart): string => `${stem(report)}-${name}`;

/** The moment at which a report is made, as ISO time. */
export const moment = (): string => new Date().toISOString();
