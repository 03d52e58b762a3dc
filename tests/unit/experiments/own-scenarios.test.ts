import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keptScenarios, openScenarios } from '../../../src/experiments/own-scenarios.ts';
import { readScenarioFile } from '../../../src/experiments/scenarios.ts';
import { entryOf } from './scenario-entries.ts';

const file = (name: string): string =>
  readFileSync(new URL(`../../../public/scenarios/${name}.json`, import.meta.url), 'utf8');

describe('a file that the visitor brings', () => {
  it('is linted without limits on its counts, and told of what no rule allows', async () => {
    const { remarks, coverage, trainedOn, set } = await openScenarios(
      'own.json',
      JSON.stringify([entryOf(0), entryOf(1)]),
    );
    const rules = remarks.map(({ rule }) => rule);
    expect(rules).toContain('scene-length');
    expect(rules).not.toContain('counts');
    expect(remarks.find(({ rule }) => rule === 'scene-length')).toMatchObject({
      n: 2,
      lines: [expect.stringMatching(/^dilemma 1 \(d-0\): the scene has 2 words/), expect.anything()],
    });
    expect(coverage.missing).toHaveLength(9);
    expect(coverage.silent).toEqual(['survival_self_expression']);
    expect(trainedOn).toBe(0);
    expect(set.dilemmas).toHaveLength(2);
  });

  it('names no more than fifty lines of a rule, and compares no pairs of a very large file', async () => {
    const entries = Array.from({ length: 1600 }, (_, place) => entryOf(place));
    const { remarks } = await openScenarios('own.json', JSON.stringify(entries));
    expect(remarks.find(({ rule }) => rule === 'scene-length')).toMatchObject({ n: 1600 });
    expect(remarks.every(({ lines }) => lines.length <= 50)).toBe(true);
    expect(remarks.map(({ rule }) => rule)).not.toContain('near-duplicate');
  });

  it('is told of dilemmas that the vectors are learned from', async () => {
    const { dilemmas } = await readScenarioFile('train.json', file('train'));
    expect((await openScenarios('train.json', file('train'), dilemmas)).trainedOn).toBe(300);
    expect((await openScenarios('test.json', file('test'), dilemmas)).trainedOn).toBe(0);
  });

  it('is kept with its text and count under its hash', async () => {
    const text = JSON.stringify([entryOf(0)]);
    const kept = keptScenarios(await openScenarios('own.json', text), text);
    expect(kept).toMatchObject({
      name: 'own.json',
      text,
      n: 1,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(new Date(kept.added).toISOString()).toBe(kept.added);
  });
});
