import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { Row, RowResult, SelfCheck, Steer } from '../shared/protocol.ts';
import type { ModelSession } from './model-session.ts';

/** What a backend says to the canary rows: [rows] of logits [vocabulary], [rows][layers] of residuals [hidden]. */
export interface CanaryReadings {
  readonly logits: readonly Float32Array[];
  readonly residual: readonly (readonly Float32Array[])[];
}

/** Weights that fit beside everything else in the 4 GB of WebAssembly, in bytes. */
export const LARGEST_CHECKED = 1.2 * 2 ** 30;

/** Kernels over more than 32 tokens take other paths, and rows of different lengths show faults of the padding. */
const LENGTHS = [5, 48, 17, 48];

/**
 * Largest relative difference that is no fault. Sums in another order differ by about 1e-5 in 32-bit floats (found:
 * 2e-5 at most over the conformity suite); 16-bit floats carry 11 bits through every layer.
 */
const TOLERANCE = { float32: 2e-3, float16: 5e-2, bfloat16: 1e-1 } as const;

/**
 * Rows whose answers tell a wrong backend: seeded tokens in several lengths, the last row steered halfway up, and where
 * the graph has every way of steering, all of them in one more row.
 */
export function canaryRows({ vocabulary, layers, hidden, steering }: PreparedGraph): Row[] {
  const capture = Array.from({ length: layers }, (_, layer) => layer);
  const vector = Float32Array.from({ length: hidden }, (_, i) => Math.sin(i + 1) * 0.1);
  const middle = layers >> 1;
  const rows = LENGTHS.map((length, row) => ({
    tokens: Array.from({ length }, (_, i) => ((i + 1) * 7919 + row * 104729) % vocabulary),
    logits: true,
    capture,
    ...(row === LENGTHS.length - 1 ? { steer: [{ layer: middle, vector }] } : {}),
  }));
  if (steering !== 'all') return rows;
  const every: Steer[] = [
    { way: 'add-preserving', layer: middle, vector, at: { from: 3 } },
    { way: 'rotate', layer: middle, plane: [unit(hidden, 0), unit(hidden, 1)], angle: 1, at: 'last' },
    { way: 'ablate', layer: middle, vector: unit(hidden, 2) },
  ];
  return [...rows, { tokens: rows[0]?.tokens ?? [], logits: true, capture, steer: every }];
}

/** Unit vectors at right angles: each holds every third place. */
function unit(hidden: number, phase: 0 | 1 | 2): Float32Array {
  const size = 1 / Math.sqrt(Math.ceil((hidden - phase) / 3));
  return Float32Array.from({ length: hidden }, (_, i) => (i % 3 === phase ? size : 0));
}

/** Asks a session the canary rows. */
export async function readCanaries(session: ModelSession): Promise<CanaryReadings> {
  const { rows } = await session.run(canaryRows(session.graph), {
    cancelled: () => false,
    onProgress: () => undefined,
  });
  const none = new Float32Array(0);
  return {
    logits: rows.map((row: RowResult) => row.logits ?? none),
    residual: rows.map((row: RowResult) => row.residual ?? []),
  };
}

/** ‖a − b‖ / ‖b − mean(b)‖; infinite where the lengths differ or a number is not finite. */
export function relativeDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  const mean = b.reduce((sum, value) => sum + value, 0) / b.length;
  let difference = 0;
  let spread = 0;
  for (let i = 0; i < a.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    spread += ((b[i] as number) - mean) ** 2;
  }
  const ratio = Math.sqrt(difference / spread);
  return Number.isFinite(ratio) ? ratio : difference === 0 ? 0 : Infinity;
}

/** Holds readings against the reference: the largest relative difference over rows (and layers) must be tolerable. */
export function compareCanaries(
  found: CanaryReadings,
  reference: CanaryReadings,
  elementType: PreparedGraph['elementType'],
): SelfCheck {
  const tolerance = TOLERANCE[elementType];
  const largest = (pairs: readonly [Float32Array, Float32Array | undefined][]): number =>
    Math.max(...pairs.map(([a, b]) => (b ? relativeDifference(a, b) : Infinity)));
  const logits = largest(found.logits.map((row, i) => [row, reference.logits[i]]));
  const residual = largest(
    found.residual.flatMap((layers, i) =>
      layers.map((layer, k): [Float32Array, Float32Array | undefined] => [layer, reference.residual[i]?.[k]]),
    ),
  );
  const state = logits <= tolerance && residual <= tolerance ? 'passed' : 'drift';
  return { state, logits, residual, tolerance };
}

/** A check that was not made, and why. */
export const unchecked = (why: string): SelfCheck => ({ state: 'not-made', why });
