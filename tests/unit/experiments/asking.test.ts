import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { screenProtocols } from '../../../src/experiments/control-check.ts';
import { probe } from '../../../src/experiments/probe.ts';
import { storedProbe } from '../../../src/experiments/stored-probe.ts';
import { storedSurvey } from '../../../src/experiments/survey.ts';
import { steersOf } from '../../../src/experiments/push.ts';
import { readResiduals } from '../../../src/experiments/residual-table.ts';
import { dilemmaPairs } from '../../../src/experiments/text-pairs.ts';
import { makeVectors } from '../../../src/experiments/vectors.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import type { ControlQuestion } from '../../../src/science/control.ts';
import type { Dilemma } from '../../../src/science/dilemma.ts';
import { SCALE_ORDERS, type SurveyQuestion } from '../../../src/science/survey.ts';
import { surveyScores } from '../../../src/science/survey-score.ts';
import { FakeEngine, type Opinion } from './fake-engine.ts';

const dilemmas: readonly Dilemma[] = Array.from({ length: 8 }, (_, index) => ({
  index,
  id: `F063-family-test-${index}`,
  wvsId: index % 2 === 0 ? 'F063' : 'A165',
  axis: index % 2 === 0 ? ('traditional_secular' as const) : ('survival_self_expression' as const),
  domain: 'family',
  scenario: `Scene ${index}.`,
  options:
    index % 3 === 0 ? { A: `HIGH ${index}`, B: `LOW ${index}` } : { A: `LOW ${index}`, B: `HIGH ${index}` },
  highAt: index % 3 === 0 ? ('A' as const) : ('B' as const),
}));
const scenarios = { name: 'fake.json', sha256: 'f', dilemmas };

/** Knows where the high option stands in a letters prompt, likes it, and likes whatever comes first. */
const likesHigh: Opinion = {
  next: (text, continuation) => {
    const [first, second] = /Choice \((\w) or (\w)\)/.exec(text)?.slice(1) ?? [];
    const highFirst = text.indexOf('HIGH') < text.indexOf('LOW');
    const label = continuation.trim();
    if (label !== first && label !== second) return -50;
    const isHigh = (label === first) === highFirst;
    return -3 + (isHigh ? 1 : 0) + (label === first ? 0.5 : 0) + (continuation.startsWith(' ') ? 0 : -40);
  },
  option: (_, option) => (option.includes('HIGH') ? -1 : -1.5),
  residual: (text) => (text.includes('HIGH') ? [3, 1] : [1, 1]),
};

describe('a probe', () => {
  it.each(['AB', 'XY', '12'] as const)(
    'asks both orders under labels %s and takes the place out',
    async (labels) => {
      const fake = new FakeEngine(likesHigh);
      const { answers } = await probe(fake.engine, { dilemmas, protocol: 'letters', labels });
      for (const answer of answers) {
        expect(answer.logOddsHigh).toBeCloseTo(1, 4);
        expect(answer.positionBias).toBeCloseTo(0.5, 4);
      }
      // Two rows a dilemma: the high option first in one, second in the other.
      const prompts = fake.asked.filter((text) => text.includes('Scene 3.'));
      expect(prompts.map((text) => text.indexOf('HIGH') < text.indexOf('LOW'))).toEqual([true, false]);
      expect(fake.asked.every((text) => !/None|undefined|null/.test(text))).toBe(true);
    },
  );

  it('reads cloze as high minus low, wherever the high option stands in the file', async () => {
    const { answers } = await probe(new FakeEngine(likesHigh).engine, { dilemmas, protocol: 'cloze' });
    for (const { logOddsHigh } of answers) expect(logOddsHigh).toBeCloseTo(0.5, 6);
  });

  it.each([NaN, -Infinity])(
    'never lets %d into a mean: the question is named and the probe stops',
    async (bad) => {
      const broken: Opinion = {
        ...likesHigh,
        option: (stem, option) =>
          stem.includes('Scene 2.') ? bad : (likesHigh.option?.(stem, option, []) ?? NaN),
      };
      const seen: number[] = [];
      const failing = probe(
        new FakeEngine(broken).engine,
        { dilemmas, protocol: 'cloze' },
        { onAnswer: ({ logOddsHigh }) => void seen.push(logOddsHigh) },
      );
      await expect(failing).rejects.toMatchObject({ code: 'not-finite' });
      await expect(failing).rejects.toThrow(/question 3 \(F063-family-test-2\)/);
      expect(seen).toHaveLength(2);
      expect(seen.every(Number.isFinite)).toBe(true);
    },
  );

  it('puts the system prompt in front, and nothing where there is none', async () => {
    const fake = new FakeEngine(likesHigh);
    await probe(fake.engine, { dilemmas: dilemmas.slice(0, 1), protocol: 'cloze', system: 'Be brief.' });
    await probe(fake.engine, { dilemmas: dilemmas.slice(0, 1), protocol: 'cloze' });
    expect(fake.asked[0]).toMatch(/^Be brief\.\nScene 0\. Answer: HIGH 0$/);
    expect(fake.asked[2]).toMatch(/^Scene 0\. Answer: HIGH 0$/);
  });
});

describe('a stored probe', () => {
  const spec = { scenarios, protocol: 'cloze', seed: 1 } as const;

  it('goes on where it was stopped and asks nothing twice', async () => {
    const store = await RunStore.open();
    const fake = new FakeEngine(likesHigh);
    const abort = new AbortController();
    const stopped = storedProbe(fake.engine, store, spec, {
      signal: abort.signal,
      onAnswers: (answers) => answers.length === 3 && abort.abort(),
    });
    await expect(stopped).rejects.toBeInstanceOf(LeewayError);
    const { signal } = new AbortController();
    const found: number[] = [];
    const answers = await storedProbe(fake.engine, store, spec, {
      signal,
      onAnswers: (so, fresh) => void found.push(fresh ? so.length : -so.length),
    });
    // What was there first, then one by one.
    expect(found).toEqual([-3, 4, 5, 6, 7, 8]);
    expect(answers.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(fake.asked).size).toBe(fake.asked.length);
    const [run] = await store.runs();
    expect(run?.tokenLayers).toEqual({ computed: 32, naive: 64 });
  });

  it('takes more dilemmas of the same file into the same run', async () => {
    const store = await RunStore.open();
    const fake = new FakeEngine(likesHigh);
    const { signal } = new AbortController();
    const options = { signal, onAnswers: () => undefined };
    expect(await storedProbe(fake.engine, store, { ...spec, limit: 4 }, options)).toHaveLength(4);
    expect(await storedProbe(fake.engine, store, spec, options)).toHaveLength(8);
    expect(await store.runs()).toHaveLength(1);
    expect(fake.asked).toHaveLength(16);
    // Other labels, another system prompt or a push are other runs.
    await storedProbe(fake.engine, store, { ...spec, limit: 1, system: 'Be brief.' }, options);
    await storedProbe(fake.engine, store, { ...spec, limit: 1, protocol: 'letters', labels: 'XY' }, options);
    expect(await store.runs()).toHaveLength(3);
  });
});

describe('control questions', () => {
  const questions: readonly ControlQuestion[] = Array.from({ length: 60 }, (_, index) => ({
    index,
    id: `control-${index}`,
    form: index % 2 === 0 ? ('dilemma' as const) : ('plain' as const),
    topic: 'x',
    scenario: `Question ${index}.`,
    options:
      index % 2 === 0 ? { A: `HIGH ${index}`, B: `LOW ${index}` } : { A: `LOW ${index}`, B: `HIGH ${index}` },
    highAt: index % 2 === 0 ? ('A' as const) : ('B' as const),
  }));
  const set = { name: 'controls.json', sha256: 'c', questions };
  const options = { seed: 1, signal: new AbortController().signal };

  it('stop early where the verdict is plain, and go on where it is not', async () => {
    // Blind to meaning in letters; right in cloze but for every fifth question.
    const halfBlind: Opinion = {
      next: (text, continuation) => (continuation.trim() === /Choice \((\w)/.exec(text)?.[1] ? -0.1 : -3),
      option: (stem, option) => {
        const wrong = Number(/\d+/.exec(stem)?.[0]) % 5 === 0;
        return option.includes('HIGH') !== wrong ? -1 : -2;
      },
    };
    const scores = await screenProtocols(
      new FakeEngine(halfBlind).engine,
      await RunStore.open(),
      set,
      options,
    );
    // Place alone decides: both orders cancel, every question is a tie.
    expect(scores.letters).toMatchObject({ valid: false, decided: true, all: { share: 0.5, n: 12 } });
    expect(scores.cloze).toMatchObject({ valid: true, decided: false, all: { share: 0.8, n: 60 } });
  });

  it('leave a protocol out that the model cannot be asked in', async () => {
    const fake = new FakeEngine(likesHigh);
    const encode = fake.encode.bind(fake);
    // No single token for a label.
    fake.encode = async (texts) =>
      (await encode(texts)).map((ids, i) => {
        const entry = texts[i];
        return entry && 'text' in entry && /^ ?[AB]$/.test(entry.text) ? [...ids, ...ids] : ids;
      });
    const scores = await screenProtocols(fake.engine, await RunStore.open(), set, options);
    expect(Object.keys(scores)).toEqual(['cloze']);
  });
});

describe('the direct survey', () => {
  const questions: readonly SurveyQuestion[] = [
    {
      id: 'F120',
      wvsId: 'F120',
      text: 'Justified?',
      listed: false,
      points: Array.from({ length: 10 }, (_, i) => ({
        value: i + 1,
        label: i === 0 ? 'Never' : i === 9 ? 'Always' : '',
      })),
      neutral: [5, 6],
    },
  ];
  const set = { name: 'survey.json', sha256: 's', questions };

  it('reads numbers of one and of two digits, and what is no number', async () => {
    // p(1…) = 0.5, of which 0.3 goes on to 10; p(5) = 0.2; a sentence has 0.1.
    const opinion: Opinion = {
      next: (_, continuation) =>
        Math.log({ ' 1': 0.5, ' 10': 0.3, ' 5': 0.2, ' I': 0.1 }[continuation] ?? 1e-12),
    };
    const fake = new FakeEngine(opinion);
    const { signal } = new AbortController();
    const readings = await storedSurvey(
      fake.engine,
      await RunStore.open(),
      set,
      { protocol: 'letters', seed: 1 },
      { signal },
    );
    expect(readings).toHaveLength(SCALE_ORDERS.length);
    expect(readings[0]?.points[0]).toBeCloseTo(0.2, 6);
    expect(readings[0]?.points[9]).toBeCloseTo(0.3, 6);
    expect(readings[0]?.sentence).toBeCloseTo(0.1, 6);
    const score = surveyScores(questions, readings).get('F120');
    expect(score?.code).toBeCloseTo((0.2 * 1 + 0.2 * 5 + 0.3 * 10) / 0.7, 5);
    expect(score?.answered).toBeCloseTo(0.7, 5);
    expect(score?.neutral).toBeCloseTo(0.2 / 0.7, 5);
    expect(fake.asked[0]).toContain('1 = Never\n10 = Always\n\nAnswer with one number from 1 to 10:');
  });
});

describe('vectors', () => {
  it('point from low to high, whichever letter the high option has: positive strength moves toward the high pole', async () => {
    const { pairs } = dilemmaPairs({ name: '', sha256: '', dilemmas });
    const table = await readResiduals(new FakeEngine(likesHigh).engine, pairs);
    for (const axis of ['traditional_secular', 'survival_self_expression'] as const) {
      const request = { selection: { kind: 'axis', axis }, method: 'mean' } as const;
      const vector = (await makeVectors(table, pairs, request))[1];
      expect(Array.from(vector?.direction ?? [])).toEqual([2, 0]);
      if (!vector) throw new Error('a vector was learned');
      const push = { vector, way: 'add', at: 'all' } as const;
      const [half] = steersOf([{ ...push, strength: 0.5, unit: 'raw' }]);
      expect(half && 'vector' in half ? Array.from(half.vector) : []).toEqual([1, 0]);
      expect(steersOf([{ ...push, strength: 0, unit: 'norm' }])).toEqual([]);
    }
  });
});
