import type { BootstrapOptions, Estimate } from '../axis-estimate.ts';
import { AXES } from '../item.ts';
import { slopesOf, type Dose } from './dose.ts';
import { groupMean } from './measured-group.ts';

/** How much the position bias grows for each unit of strength, over all items alike. */
export function biasSlope(doses: readonly Dose[], options: BootstrapOptions): Estimate | undefined {
  const [axis] = AXES;
  const biases = doses.map(({ strength, answers }) => ({
    strength,
    answers: answers.flatMap((answer) =>
      'positionBias' in answer && typeof answer.positionBias === 'number'
        ? [{ ...answer, axis, logOddsHigh: answer.positionBias }]
        : [],
    ),
  }));
  return biases.every(({ answers }) => answers.length > 0)
    ? groupMean({ kind: 'axis', axis }, slopesOf(biases), options)
    : undefined;
}
