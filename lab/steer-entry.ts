import type { LeewayError } from '../src/errors/leeway-error.ts';
import type { Rotation, Steer, SteerPlace } from '../src/engine/shared/steer.ts';

/** The same with lists of numbers for vectors, as JSON has them. */
type Listed<Value> = Value extends Float32Array
  ? readonly number[]
  : Value extends readonly [infer First, infer Second]
    ? readonly [Listed<First>, Listed<Second>]
    : Value extends object
      ? { readonly [Key in keyof Value]: Listed<Value[Key]> }
      : Value;

/** One entry of a row's "steer" in a request file. */
export type SteerEntry = Listed<Steer>;

type Fields = Readonly<Record<string, unknown>>;

export const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

export const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads an entry of "steer": a layer and a vector, and what else its way takes. Whether sizes and directions fit the
 * model is for the engine to say. `fault` makes the error of a sentence's end, after the entry was named.
 */
export function readSteerEntry(entry: unknown, fault: (what: string) => LeewayError): SteerEntry {
  if (!isFields(entry) || typeof entry['layer'] !== 'number')
    throw fault('needs a layer and a vector of finite numbers');
  const base = { layer: entry['layer'], ...readPlace(entry, fault) };
  const { way = 'add' } = entry;
  if (way === 'rotate') return { ...base, ...readRotation(entry, fault) };
  const { vector } = entry;
  if (!isNumbers(vector)) throw fault('needs a layer and a vector of finite numbers');
  if (way === 'ablate') {
    const { share } = entry;
    if (share === undefined) return { ...base, way, vector };
    if (typeof share !== 'number') throw fault('has a "share" that is no number');
    return { ...base, way, vector, share };
  }
  if (way !== 'add' && way !== 'add-preserving')
    throw fault('has an unknown "way"; known are add, add-preserving, rotate and ablate');
  return { ...base, way, vector };
}

function readPlace(entry: Fields, fault: (what: string) => LeewayError): { at?: SteerPlace } {
  const { at } = entry;
  if (at === undefined) return {};
  if (at === 'all' || at === 'last') return { at };
  if (isFields(at) && typeof at['from'] === 'number') return { at: { from: at['from'] } };
  throw fault('should be at "all", "last" or {"from":position}');
}

function readRotation(
  entry: Fields,
  fault: (what: string) => LeewayError,
): Omit<Extract<SteerEntry, { way: 'rotate' }>, 'layer' | 'at'> {
  const { plane, angle, turn = 'to' } = entry;
  const [first, second, ...more] = Array.isArray(plane) ? (plane as unknown[]) : [];
  if (!isNumbers(first) || !isNumbers(second) || more.length > 0)
    throw fault('needs a "plane" of two vectors of finite numbers');
  if (typeof angle !== 'number') throw fault('needs an "angle" in radians');
  if (turn !== 'to' && turn !== 'by') throw fault('should "turn" to or by an angle');
  return { way: 'rotate', plane: [first, second], angle, turn };
}

/** The entry as the engine takes it. */
export function steerOf(entry: SteerEntry): Steer {
  if (entry.way !== 'rotate') return { ...entry, vector: Float32Array.from(entry.vector) };
  const [first, second] = entry.plane;
  const plane: Rotation['plane'] = [Float32Array.from(first), Float32Array.from(second)];
  return { ...entry, plane };
}
