import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../../src/reports/html-report.ts';
import { figuresOf, REPORT_COLUMNS, reportCsv } from '../../../src/reports/report-csv.ts';
import { reportFile } from '../../../src/reports/report-files.ts';
import { AXES, ITEMS } from '../../../src/science/item.ts';
import type { Report } from '../../../src/reports/report.ts';
import { letterProbe } from '../runs/runs.ts';
import { wellFormed } from '../charts/well-formed.ts';
import { changed, drawn, phantomRuns, reportOn } from './reporting.ts';

const report = reportOn(phantomRuns);
const html = htmlReport(report, drawn(report));

const embedded = (text: string): unknown =>
  JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? '');

describe('the page', () => {
  test('loads nothing from anywhere and runs no script', () => {
    expect(html).not.toMatch(/\s(?:src|href|srcset|action|data)\s*=/i);
    expect(html).not.toMatch(/url\(|@import/i);
    expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<script type="application/json" id="leeway-report">',
    ]);
    expect(html).toContain("default-src 'none'");
  });

  test('has a language, a title, one heading of the first level, and no id twice', () => {
    expect(html).toMatch(/<html lang="en">/);
    expect(html).toContain('<title>Leeway report: phantom-coupled, letters</title>');
    expect(html.match(/<h1/g)).toHaveLength(1);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('every table has a caption, and scopes for all heads', () => {
    expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
    expect(html).not.toMatch(/<th>/);
  });

  test('is well-formed but for what HTML leaves open', () => {
    const body = html
      .replace('<!doctype html>', '')
      .replace(/<script.*?<\/script>/s, '')
      .replace(/<style>.*?<\/style>/s, '')
      .replace(/<meta[^>]*>/g, '');
    expect(wellFormed(body)).toBe('');
  });

  test('holds the report as data', () => {
    expect(embedded(html)).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test('tells the figures that the report holds', () => {
    const [cell] = report.studies[0]?.matrices[0]?.cells ?? [];
    expect(html).toContain(`+${cell?.slope.value.toFixed(2)} [+${cell?.slope.low?.toFixed(2)}`);
    for (const line of report.warnings) expect(html).toContain(line);
    expect(html).toContain('arXiv 2605.26365');
    expect(html).toContain('doi:10.14281/18241.27');
  });

  test('hostile names, prompts and files stay text', () => {
    const hostile = '</script><img src=x onerror="alert(1)">&\'"\u0000\ud800';
    const probe = letterProbe();
    const attacked = reportOn([
      letterProbe({
        system: hostile,
        model: { ...probe.model, id: hostile, revision: hostile, runtime: hostile },
        scenarios: { ...probe.scenarios, name: hostile },
      }),
      letterProbe({
        system: hostile,
        model: { ...probe.model, id: hostile, revision: hostile, runtime: hostile },
        scenarios: { ...probe.scenarios, name: hostile },
        steering: [{ vector: hostile, layer: 1, strength: 0.1, unit: 'norm' }],
      }),
    ]);
    const charts = drawn(attacked);
    const page = htmlReport(attacked, charts);
    expect(page).not.toMatch(/<img/i);
    expect(page.match(/<\/script/gi)).toHaveLength(1);
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect((embedded(page) as Report).provenance.system).toBe(hostile);
    for (const { svg } of charts) expect(wellFormed(svg)).toBe('');
    expect(reportFile(attacked, charts, 'html').name).toMatch(/^leeway-report-[\w.-]+\.html$/);
  });
});

describe('the table', () => {
  const rows = Papa.parse<Record<string, string>>(reportCsv(report), {
    header: true,
    skipEmptyLines: true,
  });

  test('has every figure once, and reading it gives the same numbers', () => {
    expect(rows.errors).toEqual([]);
    expect(rows.meta.fields).toEqual(REPORT_COLUMNS);
    const figures = figuresOf(report);
    expect(rows.data).toHaveLength(figures.length);
    for (const [i, figure] of figures.entries()) {
      const row = rows.data[i];
      expect(Number(row?.['value'])).toBe(figure.value);
      expect(row?.['low']).toBe(figure.low === undefined ? '' : String(figure.low));
      expect(row?.['p_holm']).toBe(figure.pHolm === undefined ? '' : String(figure.pHolm));
      expect(row?.['runs']).toBe(figure.runs.join(' '));
      expect(Number.isFinite(figure.value)).toBe(true);
    }
  });

  test('gives the key of every run that a figure names', () => {
    const keys = new Map(
      rows.data.filter(({ section }) => section === 'runs').map((row) => [row['runs'], row['of']]),
    );
    for (const { name, key } of report.runs) expect(keys.get(name)).toBe(key);
  });

  test('tells no figure of two things under one name', () => {
    const names = figuresOf(report).map(({ section, figure, of, runs }) =>
      [section, figure, of, ...runs].join('|'),
    );
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});

describe('where there is little to tell', () => {
  const page = (runs: Parameters<typeof reportOn>[0]): string => {
    const found = reportOn(runs);
    const charts = drawn(found);
    for (const { svg } of charts) expect(wellFormed(svg)).toBe('');
    const written = htmlReport(found, charts);
    expect(written.replace(/<script.*?<\/script>/s, '')).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(reportCsv(found)).not.toMatch(/NaN|undefined|Infinity/);
    return written;
  };

  test('pushes that move nothing leave no figure that is none', () => {
    const still = phantomRuns.map((run) =>
      changed(run, {
        answers: run.answers.map((answer) => ({ ...answer, logOddsHigh: 0, positionBias: 0 })),
      }),
    );
    expect(page(still)).toContain('no push: its own axis does not move for sure');
  });

  test('one dilemma, in cloze, has a report without a map', () => {
    const [first] = letterProbe().answers;
    const one = page([letterProbe({ protocol: 'cloze', answers: first ? [first] : [] })]);
    expect(one).not.toContain('<svg');
    expect(one).toContain('there is no place');
  });

  test('a model that was asked with other labels alone stands where these put it', () => {
    expect(page([letterProbe({ labels: 'XY' })])).toContain('Where it stands');
  });

  test('vectors of items and domains, and a second layer, have their matrices and drawings', () => {
    const plain = phantomRuns.find(({ steering, labels }) => !steering && !labels);
    if (!plain) throw new Error('There is no run without a push.');
    const vectors = [
      ...ITEMS.map(({ code }) => [`item:${code}`, 2] as const),
      ...['workplace', 'family', 'legal'].map((domain) => [`domain:${domain}`, 2] as const),
      ...AXES.map((axis) => [`axis:${axis}`, 3] as const),
    ];
    const pushed = vectors.flatMap(([vector, layer]) =>
      [-0.1, 0.1].map((strength) => {
        const [, axis] = vector.split('axis:');
        const made = AXES.find((one) => one === axis);
        return changed(plain, {
          steering: [{ vector, layer, strength, unit: 'norm', ...(made ? { axis: made } : {}) }],
          answers: plain.answers.map((answer) => ({
            ...answer,
            logOddsHigh: answer.logOddsHigh + (answer.index % 7) * strength,
          })),
        });
      }),
    );
    const runs = [plain, ...pushed];
    const found = reportOn(runs);
    expect(drawn(found).map(({ name }) => name)).toEqual([
      'map',
      ...found.studies.flatMap(({ layer }) =>
        layer === 2
          ? ['item-layer-2', ...AXES.map((axis) => `domain-${axis}-layer-2`)]
          : ['axis-layer-3', 'dose-layer-3'],
      ),
    ]);
    const written = page(runs);
    expect(written).toContain('Post-materialist aims');
    // Every vector does the same to everything, by these answers.
    const overall = found.studies
      .flatMap(({ matrices }) => matrices)
      .find(({ kind }) => kind === 'item')?.overall;
    const slope = plain.answers.reduce((sum, { index }) => sum + (index % 7), 0) / plain.answers.length;
    expect(overall?.own.value).toBeCloseTo(slope, 1);
    expect(overall?.own.runs).toHaveLength(21);
    expect(written).toContain(
      `All cells together: 10 vectors moved their own item by +${overall?.own.value.toFixed(2)}`,
    );
    expect(written).toContain('No random vectors were tried.');
    expect(reportCsv(found)).toContain('"item own slope, mean",diagonal');
    const labels = [...written.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(labels.filter((label, i) => labels.indexOf(label) !== i)).toEqual([]);
  });
});
