import type { Engine } from '../../engine/client/engine.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { RunStore } from '../../runs/run-store.ts';
import type { LabelSet } from '../../science/prompt.ts';
import type { RecordedPush } from '../push.ts';
import { loadedProvenance } from '../stored-ask.ts';
import { storedProbe } from '../stored-probe.ts';
import { plannedDirections, studyDirections, type StudyDirection } from './directions.ts';
import { asked, sizesOf, type ResponsePlan } from './plan.ts';

export interface ResponseProgress {
  /** Questions answered and wanted in all; those of `done` that were stored before. */
  readonly done: number;
  readonly total: number;
  readonly stored: number;
  /** What is asked now. */
  readonly step: string;
}

export interface ResponseOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ResponseProgress) => void) | undefined;
  /** Called while vectors are learned. */
  readonly onLearn?: ((done: number, total: number) => void) | undefined;
  /** Called when the runs of one more direction are complete. */
  readonly onDirection?: ((direction: StudyDirection) => void) | undefined;
}

type Pushed = Pick<StudyDirection, 'role' | 'isAxis'>;

interface Step<Direction extends Pushed> {
  readonly direction?: Direction;
  readonly labels: LabelSet;
  readonly strength: number;
}

const ways = (size: number): readonly number[] => [-size, size];

/** Every run of a study, in the order in which they tell most: the baseline, what has a meaning, then chance. */
function stepsOf<Direction extends Pushed>(
  plan: ResponsePlan,
  directions: readonly Direction[],
): readonly Step<Direction>[] {
  const sizes = sizesOf(plan);
  const [least = 0] = sizes;
  const axes = directions.filter(({ isAxis }) => isAxis);
  // Cloze has no labels.
  const labelSets = plan.protocol === 'cloze' || axes.length === 0 ? [] : plan.labelSets;
  const along = (direction: Direction, labels: LabelSet, some = sizes): readonly Step<Direction>[] =>
    some.flatMap(ways).map((strength) => ({ direction, labels, strength }));
  const isChance = ({ role }: Direction): boolean => role === 'random' || role === 'shuffled';
  return [
    { labels: 'AB', strength: 0 },
    ...directions.filter((one) => !isChance(one)).flatMap((one) => along(one, 'AB')),
    ...labelSets.flatMap((labels) => [
      { labels, strength: 0 },
      ...axes.flatMap((direction) => along(direction, labels)),
    ]),
    ...directions.filter(isChance).flatMap((one) => along(one, 'AB', [least])),
  ];
}

/** Questions that a study asks where nothing of it is stored. */
export const responseCost = (plan: ResponsePlan): number =>
  stepsOf(plan, plannedDirections(plan)).length * asked(plan).length;

/**
 * Measures how the loaded model answers pushes at a layer: learns the vectors from training dilemmas, then asks the test
 * dilemmas at every strength, unpushed first, what has a meaning next, chance last. All of it is stored as probe runs, so
 * that whatever stops it, it goes on there; `responseStudies` reads the figures off them.
 * @throws LeewayError request-invalid for a plan without a strength or a layer the model does not have; as
 * `studyDirections` and `storedProbe` do.
 */
export async function measureResponse(
  engine: Engine,
  store: RunStore,
  plan: ResponsePlan,
  { signal, onProgress, onLearn, onDirection }: ResponseOptions,
): Promise<void> {
  const { layers } = loadedProvenance(engine);
  if (!Number.isInteger(plan.layer) || plan.layer < 0 || plan.layer >= layers)
    throw new LeewayError(
      'request-invalid',
      `Layer ${plan.layer} does not exist; the model has layers 0 to ${layers - 1}.`,
      'Choose one of its layers.',
    );
  if (sizesOf(plan).length === 0)
    throw new LeewayError(
      'request-invalid',
      'A response needs a strength other than 0.',
      'Name one or more sizes of strength.',
    );
  const { test, protocol, system, seed } = plan;
  const directions = await studyDirections(engine, store, plan, { signal, onProgress: onLearn });
  const steps = stepsOf(plan, directions);
  const among = asked(plan);
  const total = steps.length * among.length;
  let [done, stored] = [0, 0];
  for (const [i, { direction, labels, strength }] of steps.entries()) {
    const push: RecordedPush | undefined = direction?.push(strength);
    const name = direction?.name ?? 'not pushed';
    const step = labels === 'AB' ? name : `${name}, options called ${labels.split('').join(' and ')}`;
    let before = 0;
    await storedProbe(
      engine,
      store,
      {
        ...{ scenarios: test, among, protocol, system, seed },
        ...(labels === 'AB' ? {} : { labels }),
        pushes: push ? [push] : [],
      },
      {
        signal,
        onAnswers: (answers, fresh) => {
          const more = answers.length - before;
          before = answers.length;
          done += more;
          if (!fresh) stored += more;
          onProgress?.({ done, total, stored, step });
        },
      },
    );
    if (direction && steps[i + 1]?.direction !== direction) onDirection?.(direction);
  }
}
