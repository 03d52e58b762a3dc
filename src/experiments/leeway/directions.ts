import type { Engine } from '../../engine/client/engine.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { RunStore } from '../../runs/run-store.ts';
import type { VectorSet } from '../../runs/vector-set.ts';
import { without } from '../../science/directions/orthogonal.ts';
import { selectionName, selectionsOf, type Selection } from '../../science/directions/selection.ts';
import { AXES } from '../../science/item.ts';
import { ADDED } from '../../science/push.ts';
import { norm } from '../../science/steering-vector.ts';
import { axisOf, vectorPush, type RecordedPush } from '../push.ts';
import { randomPush } from '../random-push.ts';
import type { LearnOptions } from '../residual-table.ts';
import { storedVectors } from '../stored-vectors.ts';
import { dilemmaPairs } from '../text-pairs.ts';
import type { VectorRequest } from '../vectors.ts';
import type { ResponsePlan } from './plan.ts';

/** A vector as a study pushes along it. */
export interface StudyDirection {
  /** What the person who waits is told. */
  readonly name: string;
  readonly role: 'made' | 'orthogonal' | 'random' | 'shuffled';
  /** For a vector of an axis: whether the labels are changed under it, too. */
  readonly isAxis: boolean;
  readonly push: (strength: number) => RecordedPush | undefined;
}

/** An axis's vector without what it shares with the other's at a layer. */
function freed(set: VectorSet, other: VectorSet, layer: number): StudyDirection[] {
  const [own, against] = [set, other].map(({ layers }) => layers.find((one) => one.layer === layer));
  if (!own || !against) return [];
  const vector = without(own, against);
  return [
    {
      name: `${set.selection}, freed of ${other.selection}`,
      role: 'orthogonal',
      isAxis: false,
      push: (strength) => {
        const push = vectorPush(set, layer, strength, ADDED);
        return push && { ...push, vector, record: { ...push.record, method: 'orthogonal' } };
      },
    },
  ];
}

/**
 * The push of a vector whose pairs' poles were dealt by chance, at the raw multiple at which the vector that it stands for
 * is pushed: by how much shorter its mean difference is, by so much less it is pushed. Brought to one length, what the
 * poles had taken out of it would be put back.
 */
function dealtPush(
  set: VectorSet,
  like: VectorSet,
  layer: number,
  strength: number,
): RecordedPush | undefined {
  const push = vectorPush(set, layer, strength, ADDED);
  const stands = like.layers.find((one) => one.layer === layer);
  if (!push || !stands) return undefined;
  const share = norm(push.vector.direction) / norm(stands.direction);
  return { ...push, vector: { ...push.vector, residualNorm: push.vector.residualNorm * share } };
}

/** What the training dilemmas hold of the kinds that a plan names. */
const selectionsFor = ({ kinds, training, learnFrom }: ResponsePlan): readonly Selection[] =>
  kinds.flatMap((kind) => selectionsOf(kind, training.dilemmas.slice(0, learnFrom)));

/** The directions of a study before any is learned: how many of each role. */
export function plannedDirections(plan: ResponsePlan): readonly Pick<StudyDirection, 'role' | 'isAxis'>[] {
  const selections = selectionsFor(plan);
  const axes = selections.filter(({ kind }) => kind === 'axis');
  const some = (length: number, role: StudyDirection['role']): Pick<StudyDirection, 'role' | 'isAxis'>[] =>
    Array.from({ length }, () => ({ role, isAxis: false }));
  return [
    ...selections.map(({ kind }) => ({ role: 'made' as const, isAxis: kind === 'axis' })),
    ...some(plan.orthogonal && axes.length === AXES.length ? AXES.length : 0, 'orthogonal'),
    ...some(plan.random, 'random'),
    ...some(plan.shuffled * axes.length, 'shuffled'),
  ];
}

/**
 * All vectors of a study: those with a meaning from one reading of the training dilemmas, the axes' freed of each other,
 * and those without a meaning. What was learned before is taken from this device.
 * @throws LeewayError as `storedVectors` does, and scenario-invalid where the training dilemmas hold none of a kind.
 */
export async function studyDirections(
  engine: Engine,
  store: RunStore,
  plan: ResponsePlan,
  options: LearnOptions,
): Promise<readonly StudyDirection[]> {
  const { layer, training, learnFrom, seed } = plan;
  const source = dilemmaPairs(training, learnFrom);
  const selections = selectionsFor(plan);
  const made: VectorRequest[] = selections.map((selection) => ({ selection, method: 'mean' }));
  if (made.length === 0)
    throw new LeewayError(
      'scenario-invalid',
      `The training dilemmas hold nothing that a vector of ${plan.kinds.join(' or ')} could be learned from.`,
      'Use a training file with items, domains and axes.',
    );
  // Of the axes alone: of ten items it would be two hundred vectors.
  const dealt = selections.filter(({ kind }) => kind === 'axis');
  const shuffles: VectorRequest[] = dealt.flatMap((selection) =>
    Array.from({ length: plan.shuffled }, (_, i) => ({ selection, method: 'mean', shuffle: seed + 1 + i })),
  );
  const sets = await storedVectors(engine, store, source, [...made, ...shuffles], { seed, ...options });
  const own = sets.slice(0, made.length);
  const [first, second] = AXES.map((axis) => own.find((set) => axisOf(set) === axis));
  const like = own[0];
  return [
    ...own.map((set): StudyDirection => ({
      ...{ name: set.selection, role: 'made', isAxis: axisOf(set) !== undefined },
      push: (strength) => vectorPush(set, layer, strength, ADDED),
    })),
    ...(plan.orthogonal && first && second
      ? [...freed(first, second, layer), ...freed(second, first, layer)]
      : []),
    ...(like
      ? Array.from({ length: plan.random }, (_, i): StudyDirection => ({
          name: `random vector ${i + 1} of ${plan.random}`,
          role: 'random',
          isAxis: false,
          push: (strength) => randomPush(like, layer, strength, ADDED, seed + 1 + i),
        }))
      : []),
    ...sets.slice(made.length).flatMap((set, i): StudyDirection[] => {
      const name = selectionName(dealt[Math.floor(i / plan.shuffled)] ?? { kind: 'all' });
      const stands = own.find(({ selection }) => selection === name);
      if (!stands) return [];
      return [
        {
          name: `${name}, poles dealt by chance, ${(i % plan.shuffled) + 1} of ${plan.shuffled}`,
          role: 'shuffled',
          isAxis: false,
          push: (strength) => dealtPush(set, stands, layer, strength),
        },
      ];
    }),
  ];
}
