import { sha256 } from 'hash-wasm';
import type { Provenance } from '../runs/run.ts';
import { VECTOR_SCHEMA, vectorKey, type VectorSet } from '../runs/vector-set.ts';
import { readVectors, requireFit, writeVectors } from '../vectors/exchange.ts';
import type { VectorFile, VectorFormat, VectorNotes } from '../vectors/vector-file.ts';

/** A file to hand to a person. */
export interface ExportedVectors {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where vectors come from, as flat words that every format can hold; what was brought keeps what it said of itself. */
const notesOf = ({
  model,
  data,
  method,
  selection,
  seed,
  pairs,
  updated,
  imported,
}: VectorSet): VectorNotes =>
  imported
    ? { ...imported.notes, imported_from: data.name, imported_sha256: data.sha256 }
    : {
        model: model.id,
        revision: model.revision,
        dtype: model.dtype,
        backend: model.backend,
        runtime: model.runtime,
        hidden: model.hidden,
        layers: model.layers,
        data: data.name,
        data_sha256: data.sha256,
        data_n: data.n,
        method,
        selection,
        pairs,
        seed,
        made: updated,
      };

/** A stored set as a file holds it. */
export const vectorFileOf = (set: VectorSet): VectorFile => ({
  vectors: new Map(set.layers.map(({ layer, direction }) => [layer, direction])),
  norms: new Map(set.layers.map(({ layer, residualNorm }) => [layer, residualNorm])),
  notes: notesOf(set),
  agreement: new Map(
    set.layers.flatMap(({ layer, agreement }) => (agreement ? [[layer, agreement] as const] : [])),
  ),
});

const plain = (text: string): string => text.replace(/[^\w.]+/g, '-').replace(/^-+|-+$/g, '');

/** A stored set as a file in one of the exchange formats. */
export async function exportVectors(set: VectorSet, format: VectorFormat): Promise<ExportedVectors> {
  const name = [set.model.id, set.selection, set.method].map(plain).join('_');
  return { name: `${name}.${format}`, bytes: await writeVectors(vectorFileOf(set), format) };
}

/**
 * Reads a vector file for a model. Its residual norms are the model's own where they are given, else the file's; where
 * neither knows a layer's norm it is 0, and only a strength in raw multiples pushes there.
 * @param norms [layers], of vectors that this model learned itself
 * @throws LeewayError vector-invalid, vector-length: see `readVectors` and `requireFit`.
 */
export async function importVectors(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  model: Provenance['model'],
  norms: readonly number[] = [],
): Promise<VectorSet> {
  const { vectors, norms: own, notes, convention } = await readVectors(name, bytes);
  requireFit(name, { vectors }, model);
  const origin = {
    data: { name, sha256: await sha256(bytes), n: vectors.size },
    method: 'imported',
    selection: 'all',
  } as const;
  return {
    schema: VECTOR_SCHEMA,
    key: vectorKey(model, origin),
    updated: new Date().toISOString(),
    model,
    ...origin,
    seed: 0,
    pairs: 0,
    layers: [...vectors].map(([layer, direction]) => ({
      layer,
      direction,
      residualNorm: norms[layer] ?? own.get(layer) ?? 0,
    })),
    imported: { notes, convention },
  };
}
