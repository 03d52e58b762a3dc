import { describe, expect, it } from 'vitest';
import { choiceFromLetters } from '../../../../src/science/choice.ts';
import { AXES, ITEMS } from '../../../../src/science/item.ts';
import type { LabelSet } from '../../../../src/science/prompt.ts';
import { relabelling, type LabelledDose } from '../../../../src/science/response/relabelling.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';

const [TS] = AXES;
const options = { seed: 1 };

/** What a push of strength 1 adds to the log-odds of the high pole, and to those of the first label. */
interface Effect {
  readonly meaning: number;
  readonly label: number;
}

/** Two dilemmas of each item and domain, asked in both orders at −1, 0 and 1 as the letters protocol reads them. */
function dosesOf({ meaning, label }: Effect): LabelledDose[] {
  return [-1, 0, 1].map((strength) => {
    const random = seededRandom(5);
    // Every dilemma has its own answer to a push, beside what all have in common.
    const chance = seededRandom(11 + strength);
    return {
      strength,
      answers: ITEMS.flatMap(({ code, axis }) =>
        ['workplace', 'family', 'legal'].flatMap((domain) =>
          [0, 1].map((k) => {
            const own = random() - 0.5;
            const keen = 1 + 0.2 * (random() - 0.5);
            const towardHigh = own + strength * meaning * keen + 0.1 * (chance() - 0.5);
            const towardFirst = 0.2 + strength * label * keen;
            const orders = (['A', 'B'] as const).map((highAt) => {
              const a = (highAt === 'A' ? towardHigh : -towardHigh) + towardFirst;
              return { highAt, logPA: -Math.log1p(Math.exp(-a)), logPB: -Math.log1p(Math.exp(a)) };
            });
            return { ...choiceFromLetters(orders), id: `${code}-${domain}-${k}`, wvsId: code, axis, domain };
          }),
        ),
      ),
    };
  });
}

const held = (effects: Readonly<Partial<Record<LabelSet, Effect>>>) =>
  relabelling(
    TS,
    Object.fromEntries(Object.entries(effects).map(([labels, effect]) => [labels, dosesOf(effect)])),
    options,
  );

describe('the relabelling control', () => {
  it('catches a vector that pushes the letter A', () => {
    const found = held({
      AB: { meaning: 0, label: 1.5 },
      XY: { meaning: 0, label: 0 },
      '12': { meaning: 0, label: 0.02 },
    });
    expect(found?.pushes).toBe('letter');
    expect(found?.verdict).toBe('no effect');
    expect(found?.effects.find(({ labels }) => labels === 'AB')?.label.mean).toBeCloseTo(1.5, 1);
  });

  it('catches an effect that goes with the letters', () => {
    const found = held({
      AB: { meaning: 1, label: 0 },
      XY: { meaning: 0.1, label: 0 },
      '12': { meaning: 0.9, label: 0 },
    });
    expect(found?.verdict).toBe('follows the letters');
    expect(found?.pushes).toBeUndefined();
  });

  it('passes a vector that moves what is meant', () => {
    const found = held({
      AB: { meaning: 1, label: 0.1 },
      XY: { meaning: 0.9, label: 0.1 },
      '12': { meaning: 0.8, label: 0 },
    });
    expect(found?.verdict).toBe('carries over');
    expect(found?.pushes).toBeUndefined();
    expect(found?.effects.find(({ labels }) => labels === 'XY')?.fromAB?.mean).toBeCloseTo(-0.1, 2);
  });

  it('does not take a push toward whatever stands first for one of the letter A', () => {
    const first = { meaning: 0, label: 1 };
    expect(held({ AB: first, XY: first, '12': first })?.pushes).toBe('position');
  });

  it('says nothing where only one set of labels was asked', () => {
    expect(held({ AB: { meaning: 1, label: 0 } })).toBeUndefined();
  });
});
