import { Markup, markup, signed } from '../charts/svg/markup.ts';
import type { ReportChart } from './charts.ts';
import { figure, list } from './html-parts.ts';
import { closingHtml, momentWords, provenanceHtml, sideEffectsHtml, standingHtml } from './html-standing.ts';
import { pushesHtml } from './html-pushes.ts';
import { findings, studiesHtml } from './html-studies.ts';
import { STYLE } from './html-style.ts';
import { directHtml, measuringHtml } from './html-validity.ts';
import { MODE, type Report } from './report.ts';

export const titleOf = ({ provenance: { model, protocol } }: Report): string =>
  `Leeway report: ${model.id}, ${protocol}`;

/** The report as data in a page: no text of it can end the element that holds it. */
const embedded = (report: Report): Markup => new Markup(JSON.stringify(report).replaceAll('<', '\\u003c'));

function inShort(report: Report): string[] {
  const place = report.standing?.places.find(({ mode }) => mode === MODE);
  const stands = place
    ? [
        `Without a push it stands at ${signed(place.x.value)} across (survival to self-expression) and ${signed(place.y.value)} up (traditional to secular-rational)${report.nearest ? `, nearest to ${report.nearest.name}` : ''}.`,
      ]
    : [];
  return [...stands, ...findings(report)];
}

/**
 * A report as one HTML file that loads nothing: style, drawings and the report's own data are in it. It has no script that
 * runs.
 */
export function htmlReport(report: Report, charts: readonly ReportChart[]): string {
  const byName = new Map(charts.map(({ name, svg }) => [name, figure(svg)]));
  const short = inShort(report);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${titleOf(report)}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${report.provenance.model.id}</h1>
<p class="lead">Leeway report, made ${momentWords(report.made)}. A language model is pushed along cultural axes; this is where it stood, what moved, and how sure that is.</p>
${short.length > 0 ? markup`<div class="short">${list(short)}</div>\n` : undefined}${
    report.warnings.length > 0
      ? markup`<div class="warnings"><h2>Read this first</h2>\n${list(report.warnings)}</div>\n`
      : undefined
  }${provenanceHtml(report)}${standingHtml(report, byName.get('map'))}${measuringHtml(report)}${directHtml(report)}${studiesHtml(
    report,
    (name) => byName.get(name),
  )}${pushesHtml(report)}${sideEffectsHtml(report)}${closingHtml(report)}</main>
<script type="application/json" id="leeway-report">${embedded(report)}</script>
</body>
</html>
`.text;
}
