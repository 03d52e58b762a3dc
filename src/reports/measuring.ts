import { controlScore } from '../science/control.ts';
import { itemHalves } from '../science/validity/halves.ts';
import { lettersForm } from '../science/validity/letters-form.ts';
import { homeProbe, plainOf, type Experiment, type RunNames } from './experiment.ts';
import { shareOf, type Figure } from './figure.ts';

/** How far the way of asking measures this model. */
export interface Measuring {
  /** Control questions with one right answer; absent where they were not asked in this protocol. */
  readonly controls?: {
    readonly right: Figure;
    readonly valid: boolean;
    readonly decided: boolean;
    readonly run: string;
  };
  /** Split-half reliability of the item scores; its range is that of splits. Absent where items have one dilemma. */
  readonly halves?: Figure;
  /** What the letters themselves do; absent for cloze. */
  readonly letters?: {
    /** Nats toward the first option. */
    readonly bias: Figure;
    /** Mean size of the bias over the spread of the log-odds. */
    readonly biasOverSpread: Figure;
    readonly mass: Figure;
    readonly leastMass: Figure;
  };
}

export function measuringOf(experiment: Experiment, names: RunNames): Measuring {
  const control = plainOf(experiment.controls).find(({ labels }) => (labels ?? 'AB') === 'AB');
  const score = control && controlScore(control.answers);
  const probe = homeProbe(experiment);
  const form = probe && lettersForm(probe.answers);
  const halves = probe && itemHalves(probe.answers, probe.seed);
  const runs = probe ? [names.of(probe)] : [];
  const figure = (value: number, unit: string): Figure => ({ value, n: form?.n ?? 0, unit, runs });
  return {
    ...(control && score
      ? {
          controls: {
            right: shareOf(score.all, [names.of(control)]),
            valid: score.valid,
            decided: score.decided,
            run: names.of(control),
          },
        }
      : {}),
    ...(probe && halves
      ? {
          halves: {
            ...{ value: halves.median, low: halves.low, high: halves.high, n: probe.answers.length },
            ...{ unit: `median reliability of ${halves.splits} splits; the middle 95 % of them`, runs },
          },
        }
      : {}),
    ...(form
      ? {
          letters: {
            bias: figure(form.bias, 'nats toward the first option'),
            biasOverSpread: figure(
              form.biasOverSpread,
              'mean size of the bias over the spread of the log-odds',
            ),
            mass: figure(form.mass, 'mean probability of the two letters'),
            leastMass: figure(form.leastMass, 'least probability of the two letters'),
          },
        }
      : {}),
  };
}
