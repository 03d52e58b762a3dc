import { describe, expect, it } from 'vitest';
import { carefulChoice, paperChoice, type SearchCell } from '../../../src/science/layer-choice.ts';
import {
  carefulSentence,
  cellLines,
  markOf,
  paperSentence,
} from '../../../src/views/lab/search/search-words.ts';
import { breakSentence, effectLines } from '../../../src/views/steer/side-effect-words.ts';

const around = (mean: number, half: number, n = 30) => ({
  mean,
  n,
  interval: { low: mean - half, high: mean + half, level: 0.95 },
});
const cell = (layer: number, mean: number, ratio = 1.1): SearchCell => ({
  layer,
  strength: 0.1,
  shift: around(mean, 0.05),
  drift: around(0.01, 0.05),
  perplexity: around(ratio, 0.02, 8),
  kl: around(0.02, 0.01, 8),
});

describe('what a search says', () => {
  it('names the choice, what is sure of it, what was left out and what came next', () => {
    const choice = carefulChoice([cell(3, 0.2), cell(4, 0.12), cell(5, 0.9, 2)]);
    if (!choice) throw new Error('no choice');
    expect(carefulSentence(choice, 'traditional_secular')).toBe(
      'The careful rule: layer 3 at 0.1×. With 95 % confidence it moves at least 0.15 toward secular-rational and drifts 0.01 on the other axis; the difference, +0.14, is the largest of 2 cells that were measured on both axes; 1 more was left out because it breaks the model. Of these, 2 move the axis for sure. Next best is layer 4 at 0.1× (+0.06).',
    );
  });

  it('does not call a choice good where nothing moves', () => {
    const choice = carefulChoice([cell(3, 0.02), cell(4, -0.3)]);
    if (!choice) throw new Error('no choice');
    const words = carefulSentence(choice, 'survival_self_expression');
    expect(words).toContain(
      'no cell moves the axis toward self-expression for sure; the least bad is layer 3',
    );
    expect(words).toContain('may be nothing at all');
  });

  it('says what the paper’s rule does not look at, and marks both choices in the table', () => {
    const cells = [cell(3, 0.2), cell(4, 0.12), cell(5, 0.9, 2)];
    const [paper, careful] = [paperChoice(cells, 0.1, 2), carefulChoice(cells)];
    if (!paper) throw new Error('no choice');
    expect(paperSentence(paper)).toContain(
      'of 3 layers at 0.1×, the 2 that move the axis furthest, pushed together: 3 and 5',
    );
    expect(cells.map((one) => markOf(one, careful, paper)?.sign)).toEqual(['★▸', undefined, '✕▸']);
  });

  it('sets a shift against damage only where there is some for sure', () => {
    const last = (of: SearchCell) => cellLines(of, 'traditional_secular').at(-1)?.[1];
    expect(last(cell(3, 0.2))).toMatch(/^\+2\.10 log-odds for each nat/);
    expect(last(cell(3, 0.2, 1.01))).toBe('no clear damage to set it against');
  });
});

describe('what side effects say', () => {
  const controls = { n: 60, rightBefore: 57, rightAfter: 40, lost: 18, gained: 1, p: 0.0001 };

  it('is told line by line, with interval and n, and what was not measured is left open', () => {
    const lines = effectLines({ perplexity: around(1.04, 0.02, 12), kl: around(0.02, 0.01, 12) }, []);
    expect(lines.map(({ value, detail }) => [value, detail])).toEqual([
      ['×1.04', '[×1.02, ×1.06], n = 12'],
      [undefined, undefined],
      ['0.020 nats', '[0.010, 0.030], n = 12'],
    ]);
    expect(effectLines({ controls }, ['controls'])[1]).toMatchObject({
      value: '40 of 60',
      detail: 'was 57, McNemar p < 0.001',
      broken: true,
    });
  });

  it('gives the reason why a push breaks the model, and nothing where it does not', () => {
    expect(breakSentence([])).toBeUndefined();
    expect(breakSentence(['fluency', 'controls'])).toMatch(
      /^This push breaks the model: plain prose .* and it loses/,
    );
  });
});
