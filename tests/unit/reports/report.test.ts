import { describe, expect, test } from 'vitest';
import { experimentsOf } from '../../../src/reports/experiment.ts';
import { compareRuns } from '../../../src/runs/comparison.ts';
import { responseStudies } from '../../../src/runs/response-study.ts';
import { RUN_SCHEMA, runKey, type NeutralRun, type ProbeRun, type SurveyRun } from '../../../src/runs/run.ts';
import { axisEstimates } from '../../../src/science/axis-estimate.ts';
import { controlScore } from '../../../src/science/control.ts';
import { AXES } from '../../../src/science/item.ts';
import { summarize } from '../../../src/science/measurement.ts';
import { responseReport } from '../../../src/science/response/report.ts';
import { SCALE_ORDERS } from '../../../src/science/survey.ts';
import { lettersForm } from '../../../src/science/validity/letters-form.ts';
import { validityReport } from '../../../src/science/validity/report.ts';
import { controlRun, letterProbe } from '../runs/runs.ts';
import { changed, phantomRuns, projection, reportOn, survey } from './reporting.ts';

const report = reportOn(phantomRuns);
const plain = phantomRuns.find(({ steering, labels }) => !steering && !labels) as ProbeRun;
const nameOf = (key: string): string => report.runs.find((run) => run.key === key)?.name ?? '';

describe('the figures of a report are those of the runs', () => {
  test('place, axes and items equal the summary of the run without a push', () => {
    const summary = summarize(plain.answers, { projection, seed: plain.seed });
    const { standing } = report;
    expect(standing?.run).toBe(nameOf(plain.key));
    const place = standing?.places.find(({ mode }) => mode === 'centred');
    expect(place?.x.value).toBe(summary.map.centred?.x);
    expect(place?.y.value).toBe(summary.map.centred?.y);
    expect(place?.ellipse).toEqual(summary.map.centred?.ellipse);
    for (const { axis, score } of standing?.axes ?? []) {
      expect(score.value).toBe(summary.axes[axis]?.mean);
      expect([score.low, score.high]).toEqual([
        summary.axes[axis]?.interval?.low,
        summary.axes[axis]?.interval?.high,
      ]);
    }
    expect(standing?.items).toHaveLength(10);
    for (const { code, probability, logOdds } of standing?.items ?? []) {
      expect(probability.value).toBe(summary.items[code]?.probability);
      expect(logOdds.value).toBeCloseTo(summary.items[code]?.logOdds ?? NaN, 12);
      expect(logOdds.low).toBeLessThan(logOdds.value);
    }
  });

  test('the reach of the ellipse is that of its outermost points', () => {
    const { ellipse, x, y } = report.standing?.places[0] ?? {};
    if (!ellipse || !x || !y) throw new Error('There is no ellipse.');
    const points = Array.from({ length: 3600 }, (_, i) => {
      const t = (i / 3600) * 2 * Math.PI;
      const [a, b] = [ellipse.major * Math.cos(t), ellipse.minor * Math.sin(t)];
      return {
        x: x.value + a * Math.cos(ellipse.angle) - b * Math.sin(ellipse.angle),
        y: y.value + a * Math.sin(ellipse.angle) + b * Math.cos(ellipse.angle),
      };
    });
    expect(x.high).toBeCloseTo(Math.max(...points.map((point) => point.x)), 5);
    expect(y.low).toBeCloseTo(Math.min(...points.map((point) => point.y)), 5);
  });

  test('every push equals the comparison with the run that has its labels', () => {
    const pushed = phantomRuns.filter(({ steering }) => steering);
    expect(report.pushes).toHaveLength(pushed.length);
    for (const after of pushed) {
      const before = phantomRuns.find(
        ({ steering, labels }) => !steering && labels === after.labels,
      ) as ProbeRun;
      const { shifts, adjusted, shared } = compareRuns(before, after);
      const push = report.pushes.find(({ run }) => run === nameOf(after.key));
      expect(push?.before).toBe(nameOf(before.key));
      expect(push?.shared).toBe(shared);
      for (const { axis, shift } of push?.shifts ?? []) {
        expect(shift.value).toBe(shifts[axis]?.mean);
        expect(shift.low).toBe(shifts[axis]?.interval?.low);
        expect(shift.p).toBe(shifts[axis]?.test?.p);
        expect(shift.pHolm).toBe(adjusted[axis]);
        expect(shift.runs).toEqual([nameOf(before.key), nameOf(after.key)]);
      }
    }
  });

  test('response figures equal the response report of the same runs', () => {
    const [study] = responseStudies(phantomRuns);
    if (!study) throw new Error('There is no study.');
    const expected = responseReport(study, { seed: plain.seed });
    const [own] = report.studies;
    const matrix = own?.matrices.find(({ kind }) => kind === 'axis');
    expect(matrix?.cells.map(({ slope }) => slope.value)).toEqual(
      expected.axis?.cells.map(({ mean }) => mean),
    );
    expect(matrix?.cells.map(({ slope }) => slope.pHolm)).toEqual(
      expected.axis?.cells.map(({ adjusted }) => adjusted),
    );
    expect(matrix?.cells.map(({ random }) => random)).toEqual(expected.axis?.cells.map((cell) => cell.null));
    expect(own?.axes.map(({ leeway }) => [leeway.ratio.value, leeway.verdict])).toEqual(
      expected.axes.map(({ falsifier }) => [falsifier.leeway.ratio, falsifier.verdict]),
    );
    expect(own?.axes.map(({ relabelling }) => relabelling?.verdict)).toEqual(
      expected.axes.map(({ relabelling }) => relabelling?.verdict),
    );
    // A made vector's slopes come from the run without a push and its own four.
    expect(matrix?.cells[0]?.slope.runs).toHaveLength(5);
  });

  test('validity figures equal those of the control run and of the letters', () => {
    const form = lettersForm(plain.answers);
    expect(report.measuring.letters?.bias.value).toBe(form?.bias);
    expect(report.measuring.letters?.mass.value).toBe(form?.mass);
    expect(report.measuring.controls).toBeUndefined();
    const controls = controlRun([1, 2, -1, 3]);
    const asked = reportOn([letterProbe(), controls]);
    expect(asked.measuring.controls?.right.value).toBe(controlScore(controls.answers)?.all.share);
    expect(asked.measuring.controls?.valid).toBe(false);
  });

  test('halves and direct questions are those of the validity report of the same answers', () => {
    const readings = survey.questions.flatMap(({ id, points }, i) =>
      SCALE_ORDERS.map((order, turned) => ({
        ...{ id, order, sentence: 0.1 },
        points: points.map(
          (_, place) => 0.9 * (place === (i + turned) % points.length ? 0.7 : 0.3 / points.length),
        ),
      })),
    );
    const asked = (answers: typeof readings, sha256 = survey.sha256): SurveyRun => {
      const head = {
        ...{ model: plain.model, seed: 1, protocol: 'letters' as const },
        scenarios: { name: 'scenarios/survey.json', sha256, n: survey.questions.length },
      };
      const key = runKey('survey', head);
      return { ...head, schema: RUN_SCHEMA, kind: 'survey', key, updated: plain.updated, answers };
    };
    const direct = asked(readings);
    const { measuring, direct: found, runs } = reportOn([...phantomRuns, direct]);
    const expected = validityReport({
      ...{
        protocol: plain.protocol,
        controls: {},
        labels: {},
        paraphrases: [],
        questions: [],
        seed: plain.seed,
      },
      probes: { [plain.protocol]: plain.answers },
      survey: { questions: survey.questions, readings },
    });
    expect(measuring.halves?.value).toBe(expected.halves?.median);
    expect(measuring.halves?.low).toBe(expected.halves?.low);
    const { convergence } = expected;
    expect(found?.agreement.value).toBe(convergence?.r);
    expect([found?.agreement.low, found?.agreement.high]).toEqual([
      convergence?.interval?.low,
      convergence?.interval?.high,
    ]);
    expect(found?.items.map((item) => [item.code, item.scenario.value, item.direct.value])).toEqual(
      convergence?.items.map((item) => [item.wvsId, item.scenario, item.direct]),
    );
    expect(found?.items.reduce((sum, { direct: answer }) => sum + (answer.n ?? 0), 0)).toBe(readings.length);
    expect(found?.run).toBe(runs.find(({ key }) => key === direct.key)?.name);
    expect(found?.places.map(({ mode }) => mode)).toEqual(['centred', 'published']);

    // Half a survey, and one of other questions, tell nothing of the ten items.
    for (const other of [asked(readings.slice(3)), asked(readings, 'a'.repeat(64))])
      expect(reportOn([...phantomRuns, other]).direct).toBeUndefined();
  });

  test('every figure names runs of the list', () => {
    const names = new Set(report.runs.map(({ name }) => name));
    const found: string[] = [];
    JSON.stringify(report, (key, value: unknown) => {
      if (key === 'runs' && Array.isArray(value) && typeof value[0] === 'string')
        found.push(...(value as string[]));
      return value;
    });
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter((name) => !names.has(name))).toEqual([]);
  });

  test('side effects are held against the reading without a push', () => {
    const { model, scenarios, seed } = letterProbe();
    const neutral = (logLikelihood: number, pushed: boolean): NeutralRun => {
      const head = {
        ...{ model, scenarios, seed, protocol: 'cloze' as const },
        ...(pushed
          ? { steering: [{ vector: 'axis:x', layer: 1, strength: 0.2, unit: 'norm' as const }] }
          : {}),
      };
      const answers = ['a', 'b', 'c'].map((id, index) => ({
        ...{ id, index, tokens: 10, logLikelihood, kl: pushed ? 0.3 : 0 },
      }));
      const updated = '2026-05-01T10:00:00.000Z';
      return { ...head, schema: RUN_SCHEMA, kind: 'neutral', key: runKey('neutral', head), updated, answers };
    };
    const { sideEffects, warnings } = reportOn([letterProbe(), neutral(-1, false), neutral(-2, true)]);
    expect(sideEffects).toHaveLength(1);
    expect(sideEffects[0]?.perplexity?.value).toBeCloseTo(Math.E, 12);
    expect(sideEffects[0]?.kl?.value).toBeCloseTo(0.3, 12);
    expect(sideEffects[0]?.breaks).toEqual(['fluency']);
    expect(warnings.join(' ')).toContain('the push breaks the model (plain prose puzzles it)');
  });
});

describe('what belongs together', () => {
  test('another model, protocol, file or system prompt is another experiment', () => {
    const one = letterProbe();
    const others = [
      letterProbe({ protocol: 'cloze' }),
      letterProbe({ system: 'You are old.' }),
      letterProbe({ model: { ...one.model, dtype: 'fp32' } }),
      letterProbe({ scenarios: { ...one.scenarios, sha256: 'cd'.repeat(32) } }),
    ];
    expect(experimentsOf([one, ...others])).toHaveLength(5);
    expect(experimentsOf([one, letterProbe({ labels: 'XY' })])).toHaveLength(1);
  });

  test('control questions go with the protocol that they were asked in', () => {
    const controls = controlRun([1, 1]);
    const [letters] = experimentsOf([letterProbe(), controls]);
    expect(letters?.controls).toEqual([controls]);
    const [cloze] = experimentsOf([letterProbe({ protocol: 'cloze' }), controls]);
    expect(cloze?.controls).toEqual([]);
  });

  test('without a probe there is no experiment', () => {
    expect(experimentsOf([controlRun([1])])).toEqual([]);
  });
});

describe('warnings', () => {
  const warned = (runs: Parameters<typeof reportOn>[0]): string => reportOn(runs).warnings.join('\n');

  test('a phantom is called one, and too few random vectors are told', () => {
    const words = report.warnings.join('\n');
    expect(words).toContain('calibration model');
    expect(words).toContain('only 2 random vectors');
    expect(words).toContain('Control questions were not asked');
  });

  test('letters that do not measure a model, few dilemmas, a self-check that was not made', () => {
    const words = warned([letterProbe(), controlRun([1, -1, -1])]);
    expect(words).toContain('Letters do not measure this model: 33 %');
    expect(words).toContain('Fewer than 60 dilemmas were asked (30)');
    expect(words).not.toContain('self-check');
    const { model } = letterProbe();
    const onGpu = letterProbe({ model: { ...model, backend: 'webgpu' } });
    expect(warned([onGpu])).toContain('The WebGPU self-check was not made');
  });

  test('random vectors that did as much are told', () => {
    const strong = phantomRuns.map((run) => {
      const [record] = run.steering ?? [];
      if (record?.method !== 'random') return run;
      const answers = run.answers.map((answer) => ({
        ...answer,
        logOddsHigh: answer.logOddsHigh + 10 * record.strength,
      }));
      return changed(run, { answers });
    });
    expect(warned(strong)).toContain('2 of 2 random vectors moved its axis as much as');
  });

  test('without a run that nothing pushed there is no place and no shift, and that is said', () => {
    const alone = reportOn(phantomRuns.filter(({ steering }) => steering));
    expect(alone.standing).toBeUndefined();
    expect(alone.pushes).toEqual([]);
    expect(alone.warnings.join(' ')).toContain('There is no run without a push');
  });
});

test('an item by itself is an axis of one item', () => {
  const [item] = report.standing?.items ?? [];
  const own = plain.answers.filter(({ wvsId }) => wvsId === item?.code);
  const estimate = axisEstimates(own, { seed: plain.seed })[item?.axis ?? AXES[0]];
  expect(item?.logOdds.low).toBe(estimate?.interval?.low);
});
