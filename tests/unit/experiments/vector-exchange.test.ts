import { describe, expect, it } from 'vitest';
import { exportVectors, importVectors } from '../../../src/experiments/vector-exchange.ts';
import { VECTOR_SCHEMA, vectorKey, type VectorSet } from '../../../src/runs/vector-set.ts';
import { CONVENTION, VECTOR_FORMATS } from '../../../src/vectors/vector-file.ts';
import { letterProbe } from '../runs/runs.ts';

const model = { ...letterProbe().model, layers: 3, hidden: 4 };
const origin = {
  data: { name: 'train.json', sha256: 'a'.repeat(64), n: 300 },
  method: 'pca',
  selection: 'axis:traditional_secular',
} as const;
const agreement = { pairwise: { mean: 0.25 }, toDirection: { mean: 0.5 }, pairs: 150 };
const set: VectorSet = {
  schema: VECTOR_SCHEMA,
  key: vectorKey(model, origin),
  updated: '2026-05-01T10:00:00.000Z',
  model,
  ...origin,
  seed: 7,
  pairs: 150,
  layers: [0, 1, 2].map((layer) => ({
    layer,
    direction: Float32Array.from([layer, 0.1, -2, 3]),
    residualNorm: 10 + layer,
    ...(layer === 1 ? { agreement } : {}),
  })),
};
/** What comes back: how far pairs agreed is said in the file, and not believed of one. */
const unmeasured = set.layers.map(({ layer, direction, residualNorm }) => ({
  layer,
  direction,
  residualNorm,
}));

describe('a stored set', () => {
  it.each(VECTOR_FORMATS)(
    'comes back from %s with its layers, norms and where it comes from',
    async (format) => {
      const { name, bytes } = await exportVectors(set, format);
      expect(name).toMatch(new RegExp(`^[\\w.-]+_axis-traditional_secular_pca\\.${format}$`));
      const back = await importVectors(name, bytes, model);
      expect(back.layers).toEqual(unmeasured);
      expect(back).toMatchObject({ method: 'imported', selection: 'all', data: { name, n: 3 }, model });
      expect(back.key).toBe(vectorKey(model, back));
      expect(back.imported?.notes).toMatchObject({
        model: model.id,
        revision: model.revision,
        data_sha256: origin.data.sha256,
        method: 'pca',
        selection: origin.selection,
        seed: 7,
      });
      expect(back.imported?.convention).toMatch(/counted from 0/);
      // The text of a file inside another's header is quoted.
      const inside = Buffer.from(bytes).toString('utf8').replaceAll('\\"', '"');
      expect(inside).toContain(CONVENTION);
      expect(inside).toContain(JSON.stringify({ agreement: { 1: agreement } }).slice(1, -1));
      // The model's own norms go before those of a file, which may be another's.
      const own = await importVectors(name, bytes, model, [1, 2, 3]);
      expect(own.layers.map(({ residualNorm }) => residualNorm)).toEqual([1, 2, 3]);
    },
  );

  it('that was brought says the same of itself wherever it goes', async () => {
    const first = await exportVectors(set, 'npz');
    const second = await exportVectors(await importVectors(first.name, first.bytes, model), 'gguf');
    const back = await importVectors(second.name, second.bytes, model);
    expect(back.imported?.notes).toMatchObject({ method: 'pca', seed: 7, imported_from: first.name });
    expect(back.layers).toEqual(unmeasured);
  });

  it('is refused by a model that it does not fit', async () => {
    const { name, bytes } = await exportVectors(set, 'npz');
    await expect(importVectors(name, bytes, { ...model, hidden: 5 })).rejects.toMatchObject({
      code: 'vector-length',
    });
    await expect(importVectors(name, bytes, { ...model, layers: 2 })).rejects.toMatchObject({
      code: 'vector-invalid',
    });
  });
});
