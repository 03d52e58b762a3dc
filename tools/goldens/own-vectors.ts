import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeVectors } from '../../src/vectors/exchange.ts';
import { VECTOR_FORMATS, type VectorFile, type VectorNotes } from '../../src/vectors/vector-file.ts';

/** The sample that tools/goldens/vector_files.py writes. */
interface Sample {
  readonly notes: VectorNotes;
  readonly residual_norms: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

/** Its vectors as this program holds them. */
export async function sampleVectors(path: string): Promise<VectorFile> {
  const { notes, residual_norms, vectors } = JSON.parse(await readFile(path, 'utf8')) as Sample;
  return {
    notes,
    norms: new Map(Object.entries(residual_norms).map(([layer, norm]) => [Number(layer), norm])),
    vectors: new Map(
      Object.entries(vectors).map(([layer, numbers]) => [Number(layer), Float32Array.from(numbers)]),
    ),
  };
}

/** Writes the sample in every format, for other programs to read. */
export async function writeOwnVectors(sample: string, folder: string): Promise<void> {
  const file = await sampleVectors(sample);
  for (const format of VECTOR_FORMATS)
    await writeFile(join(folder, `own.${format}`), await writeVectors(file, format));
}
