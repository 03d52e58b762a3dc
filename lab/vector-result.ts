import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { formatOfName, writeVectors } from '../src/vectors/exchange.ts';
import { VECTOR_FORMATS, type VectorFormat } from '../src/vectors/vector-file.ts';
import type { PlainVectorFile } from './page/vectors.ts';

/** The result of `lab vectors`: one file in the format of its name, put in place when it is whole. */
export class VectorResult {
  readonly #format: VectorFormat;
  readonly #partial: string;
  #plain: PlainVectorFile | undefined;

  /** Throws request-invalid where the name says no format, or nothing can be written there. */
  constructor(private readonly path: string) {
    const format = formatOfName(path);
    if (!format)
      throw new LeewayError(
        'request-invalid',
        `The name ${path} does not say in which format the vectors are to be written.`,
        `Let it end in ${VECTOR_FORMATS.map((known) => `.${known}`).join(', ')}.`,
      );
    this.#format = format;
    this.#partial = `${path}.partial-${process.pid}`;
    try {
      writeFileSync(this.#partial, '');
    } catch (thrown) {
      throw new LeewayError(
        'request-invalid',
        `The file ${path} cannot be written.`,
        'Name a file in a folder that exists.',
        { cause: thrown },
      );
    }
  }

  add(piece: string, value: unknown): void {
    if (piece === 'vectors') this.#plain = value as PlainVectorFile;
  }

  async finish(): Promise<void> {
    if (!this.#plain) throw new Error('The page made no vectors.');
    const { vectors, norms, notes, agreement } = this.#plain;
    const file = {
      vectors: new Map(vectors.map(([layer, vector]) => [layer, Float32Array.from(vector)])),
      norms: new Map(norms),
      notes,
      agreement: new Map(agreement),
    };
    writeFileSync(this.#partial, await writeVectors(file, this.#format));
    renameSync(this.#partial, this.path);
  }

  /** Leaves nothing behind. */
  discard(): void {
    rmSync(this.#partial, { force: true });
  }
}
