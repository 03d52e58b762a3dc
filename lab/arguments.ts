import { LeewayError } from '../src/errors/leeway-error.ts';

const invalid = (message: string): LeewayError =>
  new LeewayError('request-invalid', message, 'See the README’s section on the command line.');

/** The options of one lab command: `--name value` pairs and `--name` flags, each known to the command. */
export class Arguments {
  readonly #values = new Map<string, string>();

  constructor(words: readonly string[], known: readonly string[], flags: readonly string[] = []) {
    for (let i = 0; i < words.length; i += 2) {
      const word = words[i] ?? '';
      const [flag = '', inline] = word.split(/=(.*)/s);
      const name = flag.replace(/^--/, '');
      if (flag.startsWith('--') && flags.includes(name) && inline === undefined) {
        this.#values.set(name, '');
        i -= 1;
        continue;
      }
      if (!flag.startsWith('--') || !known.includes(name))
        throw invalid(
          `Unknown option ${word}; known are ${[...known, ...flags].map((option) => `--${option}`).join(', ')}.`,
        );
      const value = inline ?? words[i + 1];
      if (inline !== undefined) i -= 1;
      if (value === undefined) throw invalid(`The option --${name} has no value.`);
      this.#values.set(name, value);
    }
  }

  /** Whether a flag is set. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === '') throw invalid(`The option --${name} is missing.`);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number))
      throw invalid(`--${name} should be a number, not "${value}".`);
    return number;
  }

  /** A whole number of at least `least`. */
  whole(name: string, least: number): number | undefined {
    const number = this.number(name);
    if (number !== undefined && (!Number.isInteger(number) || number < least))
      throw invalid(`--${name} should be a whole number of at least ${least}, not ${number}.`);
    return number;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (!word) throw invalid(`--${name} should be one of ${words.join(', ')}, not "${value}".`);
    return word;
  }
}
