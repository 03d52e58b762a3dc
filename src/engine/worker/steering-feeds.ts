import { LeewayError } from '../../errors/leeway-error.ts';
import { PORTS, WAY_PORTS, type PreparedGraph } from '../../onnx/surgery.ts';
import { steerStart, type Ablation, type Rotation, type Steer } from '../shared/steer.ts';

/** One batch row's part of a pass. */
export interface SteeredPart {
  readonly steer: readonly Steer[];
  /** Place in the row of the pass's first new token: how many come out of the cache. */
  readonly start: number;
  /** New tokens, the padding left out; the last one is the row's last. */
  readonly count: number;
}

/** A float32 input. */
export interface FloatFeed {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A change that acts from new token `from` on, and its place among the pairs of directions or the vectors. */
interface Placed {
  readonly steer: Steer;
  readonly from: number;
  readonly slot: number;
}

/**
 * The steering inputs of a pass of `width` new tokens a row (see PORTS and WAY_PORTS). A graph for additions takes whatever
 * adds at every new token, and so a change from a position on in passes that begin there.
 * Throws request-invalid where the graph cannot be steered that way.
 */
export function steeringFeeds(
  { layers, hidden, steering: ways }: Pick<PreparedGraph, 'layers' | 'hidden' | 'steering'>,
  parts: readonly SteeredPart[],
  width: number,
): Record<string, FloatFeed> {
  const batch = parts.length;
  const added = new Float32Array(batch * layers * hidden);
  const rest = parts.map((part, b) =>
    part.steer.flatMap((steer): Omit<Placed, 'slot'>[] => {
      const from = Math.max(0, steerStart(steer, part.start + part.count) - part.start);
      if (from >= part.count) return [];
      const { way = 'add' } = steer;
      if (from > 0 || !isAddition(steer)) return [{ steer, from }];
      addTo(added, (b * layers + steer.layer) * hidden, steer.vector);
      return way === 'add' ? [] : [{ steer, from }];
    }),
  );
  const feeds = { [PORTS.steering]: { data: added, dims: [batch, layers, hidden] } };
  if (ways === 'all') return { ...feeds, ...new WayFeeds({ layers, hidden, width }, rest).feeds() };
  if (rest.every((list) => list.length === 0)) return feeds;
  throw new LeewayError(
    'request-invalid',
    'The model was opened for vectors that are added at every position, and is asked for another way of steering.',
    'Load it for every way of steering.',
  );
}

const isAddition = (steer: Steer): steer is Exclude<Steer, Ablation | Rotation> =>
  steer.way !== 'ablate' && steer.way !== 'rotate';

function addTo(target: Float32Array, at: number, vector: Float32Array, scale = 1): void {
  for (let i = 0; i < vector.length; i++)
    target[at + i] = (target[at + i] as number) + scale * (vector[i] as number);
}

/** The inputs of WAY_PORTS. Changes that act from the same token on share a gate and stand in the same slots. */
class WayFeeds {
  readonly #rows: readonly (readonly Placed[])[];
  readonly #pairs: number;
  readonly #places: number;
  readonly #directions: Float32Array;
  readonly #changes: Float32Array;
  readonly #directionGates: Float32Array;
  readonly #placeGates: Float32Array;
  readonly #normGates: Float32Array;

  constructor(
    private readonly size: { readonly layers: number; readonly hidden: number; readonly width: number },
    rest: readonly (readonly Omit<Placed, 'slot'>[])[],
  ) {
    this.#rows = rest.map(place);
    const most = (isCounted: (steer: Steer) => boolean): number =>
      Math.max(1, ...this.#rows.flat().map(({ steer, slot }) => (isCounted(steer) ? slot + 1 : 0)));
    this.#pairs = most((steer) => !isAddition(steer));
    this.#places = most(isAddition);
    const [batch, { layers, hidden, width }] = [rest.length, size];
    this.#directions = new Float32Array(batch * layers * hidden * 2 * this.#pairs);
    this.#changes = new Float32Array(batch * layers * (3 * this.#pairs + this.#places) * hidden);
    this.#directionGates = new Float32Array(batch * width * 3 * this.#pairs);
    this.#placeGates = new Float32Array(batch * width * this.#places);
    this.#normGates = new Float32Array(batch * width * layers);
  }

  feeds(): Record<string, FloatFeed> {
    this.#rows.forEach((placed, b) => {
      for (const one of placed) this.#write(b, one);
    });
    const { layers, hidden, width } = this.size;
    const [batch, pairs, places] = [this.#rows.length, this.#pairs, this.#places];
    return {
      [WAY_PORTS.directions]: { data: this.#directions, dims: [batch, layers, hidden, 2 * pairs] },
      [WAY_PORTS.changes]: { data: this.#changes, dims: [batch, layers, 3 * pairs + places, hidden] },
      [WAY_PORTS.directionGates]: { data: this.#directionGates, dims: [batch, width, 3 * pairs] },
      [WAY_PORTS.placeGates]: { data: this.#placeGates, dims: [batch, width, places] },
      [WAY_PORTS.normGates]: { data: this.#normGates, dims: [batch, width, layers] },
    };
  }

  #write(b: number, { steer, from, slot }: Placed): void {
    const [pairs, places] = [this.#pairs, this.#places];
    if (isAddition(steer)) {
      // From the first token on it is in `steering`, and here for its length alone.
      if (from > 0) {
        this.#change(b, steer.layer, 3 * pairs + slot, steer.vector);
        this.#open(this.#placeGates, b, { from, columns: places, column: slot });
      }
      if (steer.way === 'add-preserving')
        this.#open(this.#normGates, b, { from, columns: this.size.layers, column: steer.layer });
      return;
    }
    const [first, second, radius] = [2 * slot, 2 * slot + 1, 2 * pairs + slot];
    for (const column of [first, second, radius])
      this.#open(this.#directionGates, b, { from, columns: 3 * pairs, column });
    const { layer } = steer;
    if (steer.way === 'ablate') {
      this.#read(b, layer, first, steer.vector);
      this.#change(b, layer, first, steer.vector, -(steer.share ?? 1));
      return;
    }
    const [b1, b2] = steer.plane;
    const [cos, sin] = [Math.cos(steer.angle), Math.sin(steer.angle)];
    this.#read(b, layer, first, b1);
    this.#read(b, layer, second, b2);
    const change = (column: number, along1: number, along2: number): void => {
      this.#change(b, layer, column, b1, along1);
      this.#change(b, layer, column, b2, along2);
    };
    if (steer.turn === 'by') {
      change(first, cos - 1, sin);
      change(second, -sin, cos - 1);
    } else {
      change(first, -1, 0);
      change(second, 0, -1);
      change(radius, cos, sin);
    }
  }

  /** Sets a column of gates to 1 from a token on. */
  #open(
    gates: Float32Array,
    b: number,
    { from, columns, column }: { from: number; columns: number; column: number },
  ): void {
    const { width } = this.size;
    for (let i = from; i < width; i++) gates[(b * width + i) * columns + column] = 1;
  }

  #read(b: number, layer: number, column: number, vector: Float32Array): void {
    const columns = 2 * this.#pairs;
    const at = (b * this.size.layers + layer) * this.size.hidden * columns + column;
    for (let i = 0; i < vector.length; i++) this.#directions[at + i * columns] = vector[i] as number;
  }

  #change(b: number, layer: number, row: number, vector: Float32Array, scale = 1): void {
    const rows = 3 * this.#pairs + this.#places;
    const { layers, hidden } = this.size;
    addTo(this.#changes, ((b * layers + layer) * rows + row) * hidden, vector, scale);
  }
}

/** Gives each change a slot: vectors that begin together add up in one, directions of a layer take one pair each. */
function place(row: readonly Omit<Placed, 'slot'>[]): Placed[] {
  const vectors = new Map<number, number>();
  const pairs = new Map<string, number>();
  const used = new Map<string, number>();
  const numbered = <Key>(map: Map<Key, number>, key: Key): number => {
    const slot = map.get(key) ?? map.size;
    map.set(key, slot);
    return slot;
  };
  return row.map(({ steer, from }) => {
    if (isAddition(steer)) return { steer, from, slot: from === 0 ? 0 : numbered(vectors, from) };
    const count = used.get(`${from}/${steer.layer}`) ?? 0;
    used.set(`${from}/${steer.layer}`, count + 1);
    return { steer, from, slot: numbered(pairs, `${from}/${count}`) };
  });
}
