import { describe, expect, it } from 'vitest';
import type { TargetTest } from '../../../src/science/targets/target-table.ts';
import { bestOf, nationSentence } from '../../../src/views/lab/targets/target-words.ts';

const tested = (
  paradigm: TargetTest['paradigm'],
  difference: number,
  adjusted: number,
  than: TargetTest['than'] = 'probe',
): TargetTest => ({
  family: than === 'probe' ? 'probe' : 'prompt',
  iso3: 'DNK',
  paradigm,
  than,
  difference,
  interval: { low: difference - 0.1, high: difference + 0.1, level: 0.95 },
  p: adjusted / 2,
  adjusted,
});
const sentence = (...tests: TargetTest[]): string => nationSentence({ tests }, 'DNK', 'Denmark');

describe('what brought a model closer to a nation', () => {
  it('is said of what goes beyond chance alone, whichever way it led', () => {
    expect(sentence(tested('country', -0.3, 0.2), tested('steering', -0.2, 0.05))).toBe(
      'Nothing brought it closer to Denmark, beyond chance.',
    );
    expect(sentence(tested('country', 0.3, 0.01), tested('steering', -0.2, 0.049))).toBe(
      'Pushing it brought it closer to Denmark; telling it that it lives there led it further away.',
    );
    expect(
      sentence(
        tested('steering', -0.2, 0.01),
        tested('prompt-steering', -0.2, 0.01),
        tested('persona', -0.1, 0.01),
      ),
    ).toBe('Pushing it, both together and telling it who it is brought it closer to Denmark.');
  });

  it('compares the push with the prompt where that is beyond chance, too', () => {
    const pushed = tested('steering', -0.2, 0.01);
    expect(sentence(pushed, tested('steering', -0.1, 0.01, 'country'))).toBe(
      'Pushing it brought it closer to Denmark; pushing left it closer than telling it that it lives there did.',
    );
    expect(sentence(pushed, tested('steering', 0.1, 0.01, 'country'))).toContain(
      'left it closer than pushing did',
    );
    expect(sentence(pushed, tested('steering', -0.1, 0.3, 'country'))).not.toContain('than');
  });

  it('is not said where nothing could be tested', () => {
    expect(sentence()).toContain('too few dilemmas');
  });
});

describe('the closest way', () => {
  it('is that of the shortest distance with the noise taken off; a direct survey does not compete', () => {
    const cell = (paradigm: TargetTest['paradigm'], plain: number, corrected?: number) => ({
      iso3: 'DNK',
      paradigm,
      place: { x: 0, y: 0 },
      n: 60,
      plain,
      ...(corrected === undefined ? {} : { corrected }),
    });
    const cells = [cell('survey', 0.1), cell('probe', 1, 0.95), cell('steering', 1.02, 0.9)];
    expect(bestOf(cells, 'DNK')).toBe('steering');
    expect(bestOf(cells, 'IND')).toBeUndefined();
  });
});
