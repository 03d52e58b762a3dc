import { axisOf, vectorName, vectorPush, type RecordedPush } from '../experiments/push.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import type { Axis } from '../science/item.ts';
import type { PushManner } from '../science/push.ts';

/** One direction that can be pushed along: its vectors, where they act, and how strongly. */
export class Knob {
  /** Of the layers that the set holds. */
  layers = $state.raw<readonly number[]>([]);
  /** Positive moves toward the high pole. */
  strength = $state(0);
  readonly axis: Axis | undefined;

  constructor(
    readonly set: VectorSet,
    layers: readonly number[],
  ) {
    this.layers = layers;
    this.axis = axisOf(set);
  }

  /** What it is called in runs: the selection its vectors were made of, or the file they came in. */
  get name(): string {
    return vectorName(this.set);
  }

  /** The layers that hold a vector. */
  get known(): readonly number[] {
    return this.set.layers.map(({ layer }) => layer);
  }

  /** One push a layer, at a strength of its own or another one. */
  pushes(manner: PushManner, strength = this.strength): readonly RecordedPush[] {
    return this.layers.flatMap((layer) => vectorPush(this.set, layer, strength, manner) ?? []);
  }
}
