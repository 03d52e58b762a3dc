import type { RecordedPush } from '../experiments/push.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import { readSelection } from '../science/directions/selection.ts';
import type { Axis } from '../science/item.ts';
import type { PushPlace, PushUnit, PushWay } from '../science/push.ts';

/** How the vectors of a push act; the same for all that act together. */
export interface Manner {
  readonly way: PushWay;
  readonly at: PushPlace;
  readonly unit: PushUnit;
}

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
    const selection = set.method === 'imported' ? undefined : readSelection(set.selection);
    this.axis = selection?.kind === 'axis' ? selection.axis : undefined;
  }

  /** What it is called in runs: the selection its vectors were made of, or the file they came in. */
  get name(): string {
    const { method, selection, data } = this.set;
    return method === 'imported' ? data.name : selection;
  }

  /** The layers that hold a vector. */
  get known(): readonly number[] {
    return this.set.layers.map(({ layer }) => layer);
  }

  /** One push a layer, at a strength of its own or another one. */
  pushes({ way, at, unit }: Manner, strength = this.strength): readonly RecordedPush[] {
    const { method, data } = this.set;
    return this.layers.flatMap((layer) => {
      const vector = this.set.layers.find((candidate) => candidate.layer === layer);
      if (!vector) return [];
      const record = {
        vector: this.name,
        ...(this.axis ? { axis: this.axis } : {}),
        ...(method === 'mean' ? {} : { method }),
        layer,
        strength,
        unit,
        ...(way === 'add' ? {} : { way }),
        ...(at === 'all' ? {} : { at }),
        training: { sha256: data.sha256, n: data.n },
      };
      return [{ vector, strength, unit, way, at, record }];
    });
  }
}
