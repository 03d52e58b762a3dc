import type { Engine } from '../../src/engine/client/engine.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { readPairFile } from '../../src/experiments/own-pairs.ts';
import { loadScenarios } from '../../src/experiments/resources.ts';
import { storedVectors } from '../../src/experiments/stored-vectors.ts';
import { dilemmaPairs, ownPairs, type PairSource } from '../../src/experiments/text-pairs.ts';
import { vectorFileOf } from '../../src/experiments/vector-exchange.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import type { Agreement } from '../../src/science/directions/agreement.ts';
import type { Method } from '../../src/science/directions/direction.ts';
import { readSelection } from '../../src/science/directions/selection.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

export interface VectorsRequest {
  readonly model: ModelChoice;
  /** Name of a selection, checked by the command line. */
  readonly selection: string;
  /** A file of pairs in place of the training dilemmas. */
  readonly pairs?: { readonly name: string; readonly text: string };
  readonly method: Method;
  /** Only the first training dilemmas or pairs. */
  readonly train?: number;
  readonly seed: number;
}

async function sourceOf({ pairs, train }: VectorsRequest): Promise<PairSource> {
  if (!pairs) return dilemmaPairs(await loadScenarios('train'), train);
  const source = ownPairs(await readPairFile(pairs.name, pairs.text));
  return { ...source, pairs: source.pairs.slice(0, train) };
}

/** `lab vectors`: the vectors of every layer, as the plain form of a vector file. */
export async function makeVectorSet(engine: Engine, request: VectorsRequest, emit: Emit): Promise<void> {
  const selection = readSelection(request.selection);
  if (!selection)
    throw new LeewayError('vector-invalid', `${request.selection} names no vector.`, 'See the README.');
  const source = await sourceOf(request);
  await loadChoice(engine, request.model, emit);
  const [set] = await storedVectors(
    engine,
    await RunStore.open(),
    source,
    [{ selection, method: request.method }],
    { seed: request.seed },
  );
  if (!set) throw new LeewayError('internal', 'No vector was made.', 'Report this fault.');
  const { vectors, norms, notes, agreement } = vectorFileOf(set);
  await emit('vectors', {
    vectors: [...vectors].map(([layer, vector]) => [layer, Array.from(vector)]),
    norms: [...norms],
    notes,
    agreement: [...(agreement ?? [])],
  } satisfies PlainVectorFile);
}

/** A vector file as the page hands it to the command line. */
export interface PlainVectorFile {
  readonly vectors: readonly (readonly [number, readonly number[]])[];
  readonly norms: readonly (readonly [number, number])[];
  readonly notes: Readonly<Record<string, string | number>>;
  readonly agreement: readonly (readonly [number, Agreement])[];
}
