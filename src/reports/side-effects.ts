import { pushWords } from '../runs/push-words.ts';
import { inOrder, steeringOf, steeringTraits, type Run, type SteeringRecord } from '../runs/run.ts';
import { capital } from '../science/axis-words.ts';
import { breaksOf, type Break } from '../science/breaking.ts';
import { controlChange, meanKl, perplexityRatio } from '../science/side-effects.ts';
import { grouped } from '../runs/grouped.ts';
import { plainOf, pushedOf, type Experiment, type RunNames } from './experiment.ts';
import { estimated, type Figure } from './figure.ts';

/** What one push did beside what it is meant to do, as far as it was measured. */
export interface ReportSideEffects {
  readonly words: string;
  readonly steering: readonly SteeringRecord[];
  /** Of plain prose, over that of the unpushed model. */
  readonly perplexity?: Figure;
  /** Of the next word after it, from the unpushed model's. */
  readonly kl?: Figure;
  readonly controls?: {
    readonly rightBefore: number;
    readonly rightAfter: number;
    readonly lost: number;
    readonly gained: number;
    /** Share of right answers after minus before, with McNemar's exact p. */
    readonly change: Figure;
  };
  readonly breaks: readonly Break[];
}

const pushKey = (run: Run): string => JSON.stringify(inOrder(steeringOf(run)).map(steeringTraits));

/** Side effects of every push under which neutral passages were read or control questions asked. */
export function sideEffectsOf(experiment: Experiment, names: RunNames): ReportSideEffects[] {
  const { controls, neutral } = experiment;
  const pushes = grouped<Run>([...pushedOf(neutral), ...pushedOf(controls)], pushKey);
  return [...pushes.entries()].flatMap(([key, runs]): ReportSideEffects[] => {
    const [first] = runs;
    if (!first) return [];
    const read = pushedOf(neutral).find((run) => pushKey(run) === key);
    const asked = pushedOf(controls).find((run) => pushKey(run) === key);
    const prose =
      read && plainOf(neutral).find(({ scenarios }) => scenarios.sha256 === read.scenarios.sha256);
    const plain = asked && plainOf(controls).find((run) => run.scenarios.sha256 === asked.scenarios.sha256);
    const perplexity = read && prose && perplexityRatio(prose.answers, read.answers, { seed: read.seed });
    const kl = read && meanKl(read.answers, { seed: read.seed });
    const change = asked && plain && controlChange(plain.answers, asked.answers);
    const steering = steeringOf(first);
    return [
      {
        words: capital(pushWords(steering)),
        steering,
        ...(perplexity && read && prose
          ? { perplexity: estimated(perplexity, { unit: 'ratio', runs: names.all([prose, read]) }) }
          : {}),
        ...(kl && read ? { kl: estimated(kl, { unit: 'nats', runs: names.all([read]) }) } : {}),
        ...(change && asked && plain
          ? {
              controls: {
                rightBefore: change.rightBefore,
                rightAfter: change.rightAfter,
                lost: change.lost,
                gained: change.gained,
                change: {
                  value: (change.rightAfter - change.rightBefore) / change.n,
                  ...{ n: change.n, p: change.p, unit: 'share', runs: names.all([plain, asked]) },
                },
              },
            }
          : {}),
        breaks: breaksOf({ perplexity, controls: change }),
      },
    ];
  });
}
