import type { Answer } from '../answer.ts';
import { ITEMS, type Axis } from '../item.ts';
import { axisMean, itemScores, sumOf } from '../item-score.ts';

/** An axis score without one of its items. */
export interface LeftOut {
  readonly wvsId: string;
  readonly axis: Axis;
  /** Mean log-odds of the axis's other items. */
  readonly mean: number;
  /** That minus the score with all items. */
  readonly shift: number;
}

/** Each item left out in turn; items that were not asked, or stand alone on their axis, are passed over. */
export function leaveOneItemOut(answers: readonly Answer[]): LeftOut[] {
  return ITEMS.flatMap(({ code, axis }): LeftOut[] => {
    if (!answers.some(({ wvsId }) => wvsId === code)) return [];
    const whole = axisMean(itemScores(answers.map(sumOf)), axis);
    const rest = axisMean(itemScores(answers.filter(({ wvsId }) => wvsId !== code).map(sumOf)), axis);
    return whole === undefined || rest === undefined
      ? []
      : [{ wvsId: code, axis, mean: rest, shift: rest - whole }];
  });
}
