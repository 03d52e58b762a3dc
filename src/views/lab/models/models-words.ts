import type { ModelStep } from '../../../experiments/model-queue.ts';
import type { ModelFigures } from '../../../runs/model-figures.ts';
import type { Estimate } from '../../../science/axis-estimate.ts';
import type { Axis } from '../../../science/item.ts';
import { modelName, signed } from '../../runs/run-words.ts';
import { AXIS_WORDS } from '../../words.ts';

export const MODEL_STEP_WORDS: Readonly<Record<ModelStep, string>> = {
  controls: 'Control questions',
  dilemmas: 'Measuring',
  learn: 'Learning both directions',
  push: 'Pushing both ways along both axes',
};

/** Models by name; where two have one name, with what sets them apart. */
export function namesOf(models: readonly ModelFigures[]): ReadonlyMap<string, string> {
  const plain = ({ model }: ModelFigures): string => modelName({ model });
  return new Map(
    models.map((one) => {
      const alike = models.filter((other) => plain(other) === plain(one));
      const { dtype, backend, revision } = one.model;
      const fine = alike.length < 2 ? '' : `, ${dtype}`;
      const finest =
        alike.filter((other) => other.model.dtype === dtype).length < 2
          ? ''
          : `, ${backend}, ${revision.slice(0, 7)}`;
      return [one.key, `${plain(one)}${fine}${finest}`];
    }),
  );
}

/** "+0.71 [+0.25, +1.16]". */
export const estimateWords = ({ mean, interval }: Estimate): string =>
  interval ? `${signed(mean)} [${signed(interval.low)}, ${signed(interval.high)}]` : signed(mean);

/** The two ends of an axis in the order in which the map has them. */
export const towardWords = (axis: Axis): string => `toward ${AXIS_WORDS[axis].high}`;

/** What a model's push did, in a sentence. */
export function movedSentence(name: string, { pushed, controls }: ModelFigures): string | undefined {
  const parts = (['survival_self_expression', 'traditional_secular'] as const).flatMap((axis) => {
    const figures = pushed[axis];
    if (!figures?.own.interval) return [];
    const { low, high } = figures.own.interval;
    const toward = AXIS_WORDS[axis].high;
    if (low <= 0 && high >= 0) return [`no clear move ${towardWords(axis)}`];
    if (high < 0) return [`moved away from ${toward} when pushed there`];
    const drift = figures.other.interval;
    const drifts = drift && (drift.low > 0 || drift.high < 0);
    return [
      `moved ${towardWords(axis)}${drifts ? ', and drifted sideways with it' : ', without a clear sideways drift'}`,
    ];
  });
  return parts.length === 0
    ? undefined
    : `${name}${controls?.valid === false ? ', which fails its control questions' : ''}: ${parts.join('; ')}.`;
}
