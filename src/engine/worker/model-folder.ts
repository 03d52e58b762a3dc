import { LeewayError } from '../../errors/leeway-error.ts';
import { nearest } from '../../models/model-plan.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';

/** A repository's files at one commit, read where they lie. */
export class ModelFolder {
  constructor(readonly files: RepositoryFiles) {}

  /** Path of a file by its name, in the graph's directory or above it; undefined where it is nowhere. */
  nearest(directory: string, name: string): string | undefined {
    return nearest(this.files.listing, directory, name);
  }

  /** Errors: model-incomplete; model-config where the file is no JSON object. */
  async json(path: string): Promise<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(await this.text(path));
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>;
    } catch (thrown) {
      if (thrown instanceof LeewayError) throw thrown;
    }
    throw new LeewayError(
      'model-config',
      `${path} of ${this.files.repository} is not a JSON object.`,
      'Export the model again.',
    );
  }

  text(path: string): Promise<string> {
    return this.blob(path).text();
  }

  /** One file; its bytes stay where they are until they are read. Throws model-incomplete. */
  blob(path: string): Blob {
    const blob = this.files.blobs.get(path);
    if (blob) return blob;
    throw new LeewayError(
      'model-incomplete',
      `${this.files.repository} lacks the file ${path}.`,
      'Put the missing file beside the others, or export the model again.',
    );
  }
}
