import { LeewayError } from '../errors/leeway-error.ts';

export type MetadataValue = string | number | bigint | boolean | readonly MetadataValue[];

const malformed = (message: string): LeewayError =>
  new LeewayError(
    'gguf-malformed',
    message,
    'Download the file again, or take another conversion of the model.',
  );

/** The key-value pairs of a GGUF header, each asked for by the type that is expected. */
export class Metadata {
  constructor(private readonly values: ReadonlyMap<string, MetadataValue>) {}

  has(key: string): boolean {
    return this.values.has(key);
  }

  keys(): string[] {
    return [...this.values.keys()];
  }

  /** Throws gguf-malformed where the key holds something else; undefined where it is absent. */
  text(key: string): string | undefined {
    return this.#typed(key, 'a text', (value): value is string => typeof value === 'string');
  }

  flag(key: string): boolean | undefined {
    return this.#typed(key, 'true or false', (value): value is boolean => typeof value === 'boolean');
  }

  /** Integers of any width and floats; what does not fit a JavaScript number exactly is refused. */
  number(key: string): number | undefined {
    const value = this.values.get(key);
    return value === undefined ? undefined : plainNumber(key, value);
  }

  texts(key: string): readonly string[] | undefined {
    return this.#typed(
      key,
      'a list of texts',
      (value): value is readonly string[] =>
        Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
    );
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw malformed(`The file’s ${key} is not a list of numbers.`);
    return value.map((entry: MetadataValue) => plainNumber(key, entry));
  }

  /** A list with one entry a layer, or one number that holds for all layers. */
  perLayer(key: string, layers: number): readonly number[] | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return new Array<number>(layers).fill(plainNumber(key, value));
    if (value.length !== layers)
      throw malformed(`The file’s ${key} has ${value.length} entries for ${layers} layers.`);
    return this.numbers(key);
  }

  #typed<Type extends MetadataValue>(
    key: string,
    what: string,
    fits: (value: MetadataValue) => value is Type,
  ): Type | undefined {
    const value = this.values.get(key);
    if (value === undefined || fits(value)) return value;
    throw malformed(`The file’s ${key} is not ${what}.`);
  }
}

function plainNumber(key: string, value: MetadataValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  throw malformed(`The file’s ${key} holds something that is not a number.`);
}
