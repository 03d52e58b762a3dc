import type { Engine } from '../engine/client/engine.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import { breaksOf, type Break } from '../science/breaking.ts';
import { againstChance, type AgainstChance } from '../science/directions/random-direction.ts';
import { otherAxis, type Axis } from '../science/item.ts';
import type { PushManner } from '../science/push.ts';
import { pairedShift, type Shift } from '../science/shift.ts';
import type { SideEffects } from '../science/side-effects.ts';
import type { Manner } from './asking.ts';
import type { ControlSet } from './control-check.ts';
import type { NeutralReader, PassageSet } from './neutral.ts';
import { vectorPush, type RecordedPush } from './push.ts';
import { randomPush } from './random-push.ts';
import type { ScenarioSet } from './scenarios.ts';
import { measureSideEffects } from './side-effects.ts';
import { storedProbe } from './stored-probe.ts';

export interface HeldOutSpec extends Manner {
  readonly set: VectorSet;
  readonly axis: Axis;
  readonly manner: PushManner;
  readonly layers: readonly number[];
  readonly strength: number;
  /** Dilemmas that nothing was learned from or chosen by. */
  readonly test: ScenarioSet;
  /** So many dilemmas of each axis at most. */
  readonly limit: number;
  /** Random vectors of the same norm that it is held against. */
  readonly random: number;
  readonly passages: PassageSet;
  readonly controls: ControlSet;
  readonly seed: number;
}

/** A chosen layer and strength on dilemmas that it was not chosen on. */
export interface HeldOut {
  readonly layers: readonly number[];
  readonly strength: number;
  readonly shift: Shift | undefined;
  readonly drift: Shift | undefined;
  readonly sideEffects: SideEffects;
  readonly breaks: readonly Break[];
  /** Shifts of the same axis by random vectors, nats; signed as the axis is. */
  readonly randomShifts: readonly number[];
  /** Absent where no random vector was tried. */
  readonly chance?: AgainstChance;
}

/**
 * Measures a chosen layer and strength on test dilemmas: what the winner's curse cannot flatter. Then random vectors of the
 * same norm at the same place: how often chance moves the axis as far the same way.
 * @throws LeewayError as `storedProbe` and `measureSideEffects` do.
 */
export async function heldOut(
  engine: Engine,
  store: RunStore,
  reader: NeutralReader,
  spec: HeldOutSpec,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (what: string) => void },
): Promise<HeldOut> {
  const { set, axis, manner, layers, strength, test, limit, random, seed, protocol, system, labels } = spec;
  const first = (of: Axis) => test.dilemmas.filter((dilemma) => dilemma.axis === of).slice(0, limit);
  const [own, other] = [first(axis), first(otherAxis(axis))];
  const ask = (among: typeof own, pushes: readonly RecordedPush[]) =>
    storedProbe(
      engine,
      store,
      { scenarios: test, among, protocol, labels, system, seed, pushes },
      { signal, onAnswers: () => undefined },
    );
  const plain = await ask([...own, ...other], []);
  const pushes = layers.flatMap((layer) => vectorPush(set, layer, strength, manner) ?? []);
  onProgress?.('test dilemmas');
  const shifts = pairedShift(plain, await ask([...own, ...other], pushes), { seed });
  const sideEffects = await measureSideEffects(engine, store, reader, { ...spec, pushes }, { signal });
  const shift = shifts[axis];
  const randomShifts: number[] = [];
  for (let draw = 1; draw <= random; draw++) {
    const drawn = layers.flatMap((layer) => randomPush(set, layer, strength, manner, seed + draw) ?? []);
    onProgress?.(`random vector ${draw} of ${random}`);
    const moved = pairedShift(plain, await ask(own, drawn), { seed, resamples: 2 })[axis];
    if (moved) randomShifts.push(moved.mean);
  }
  const way = Math.sign(strength);
  return {
    layers,
    strength,
    shift,
    drift: shifts[otherAxis(axis)],
    sideEffects,
    breaks: breaksOf(sideEffects),
    randomShifts,
    ...(shift && randomShifts.length > 0
      ? {
          chance: againstChance(
            way * shift.mean,
            randomShifts.map((one) => way * one),
          ),
        }
      : {}),
  };
}
