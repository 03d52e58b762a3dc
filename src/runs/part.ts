import { LeewayError } from '../errors/leeway-error.ts';
import { isFields, type Fields } from '../science/fields.ts';

const ADVICE = 'Export the runs again where they were made; nothing of this file was taken in.';

/** A fault of a run file, in a sentence that says where it stands. */
export const runFault = (where: string, what: string): LeewayError =>
  new LeewayError('run-invalid', `${where ? `${where}: ` : ''}${what}.`, ADVICE);

/** A field's name as lab outputs and tables spell it. */
export const snakeCase = (name: string): string =>
  name === 'logPA' || name === 'logPB'
    ? `log_p_${name.slice(-1)}`
    : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object of a file that somebody else may have written, read field by field; every fault names its place. */
export class Part {
  private constructor(
    private readonly fields: Fields,
    /** Where it stands: "Run 2, answer 17". */
    readonly where: string,
    /** How the file spells a field's name. */
    private readonly spell: (name: string) => string,
  ) {}

  /** @throws LeewayError run-invalid where the value is no object. */
  static of(value: unknown, where: string, spell: (name: string) => string = (name) => name): Part {
    if (!isFields(value)) throw runFault(where, 'this is no object');
    return new Part(value, where, spell);
  }

  /** The value of a field as it stands. */
  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  fault(name: string, what: string): LeewayError {
    return runFault(this.where, `${this.spell(name)} ${what}`);
  }

  /** Any text. @throws LeewayError run-invalid as all readers here do. */
  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw this.fault(name, 'is not a text');
    return value;
  }

  /** A text that is not empty. */
  word(name: string): string {
    const value = this.text(name);
    if (value === '') throw this.fault(name, 'is empty');
    return value;
  }

  finite(name: string): number {
    const value = this.value(name);
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw this.fault(name, 'is not a finite number');
    return value;
  }

  /** A probability, with room for the rounding of 32-bit sums. */
  share(name: string): number {
    const value = this.finite(name);
    if (value < 0 || value > 1.001) throw this.fault(name, 'is not a probability');
    return value;
  }

  /** A whole number from 0. */
  count(name: string): number {
    const value = this.value(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw this.fault(name, 'is not a whole number from 0');
    return value;
  }

  /** An ISO time, in UTC whatever zone the file wrote. */
  time(name: string): string {
    const value = this.text(name);
    const time = Date.parse(value);
    if (Number.isNaN(time)) throw this.fault(name, 'is not a time');
    return new Date(time).toISOString();
  }

  hash(name: string): string {
    const value = this.text(name);
    if (!/^[0-9a-f]{64}$/.test(value)) throw this.fault(name, 'is not a SHA-256 in 64 hexadecimal digits');
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.value(name);
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw this.fault(name, `is not one of ${values.join(', ')}`);
    return found;
  }

  part(name: string): Part {
    return this.child(this.value(name), `${this.where}, ${this.spell(name)}`);
  }

  /** Something inside this part, at a place of its own. */
  child(value: unknown, where: string): Part {
    return Part.of(value, where, this.spell);
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.fault(name, 'is not a list');
    return value;
  }

  /** The field as a property of its own, or nothing where the file does not have it. */
  optional<Name extends string, Value>(
    name: Name,
    read: (name: Name) => Value,
  ): { readonly [Key in Name]?: Value } {
    return this.value(name) === undefined
      ? {}
      : ({ [name]: read(name) } as { readonly [Key in Name]?: Value });
  }
}
