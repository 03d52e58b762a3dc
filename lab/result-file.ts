import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { LeewayError } from '../src/errors/leeway-error.ts';

/** Names whose values come piece by piece and stand in a list. */
const LISTS = new Set(['rows', 'dilemmas', 'runs']);

/** The JSON result, written piece by piece beside its place and moved there when it is whole. */
export class ResultFile {
  readonly #partial: string;
  readonly #file: number;
  #open: string | undefined;
  #first = true;
  readonly #seen = new Set<string>();

  constructor(private readonly path: string) {
    this.#partial = `${path}.partial-${process.pid}`;
    try {
      this.#file = openSync(this.#partial, 'w');
    } catch (thrown) {
      throw new LeewayError(
        'request-invalid',
        `The file ${path} cannot be written.`,
        'Name a file in a folder that exists.',
        {
          cause: thrown,
        },
      );
    }
    this.#write('{');
  }

  /** Adds one piece; pieces of a list have to come one after the other. */
  add(name: string, value: unknown): void {
    if (this.#open !== name) {
      this.#closeList();
      if (this.#seen.has(name)) throw new Error(`The result ${name} came in two parts.`);
      this.#seen.add(name);
      this.#write(`${this.#first ? '' : ','}\n${JSON.stringify(name)}:${LISTS.has(name) ? '[' : ''}`);
      this.#first = false;
      if (LISTS.has(name)) this.#open = name;
    } else this.#write(',');
    this.#write(`${LISTS.has(name) ? '\n' : ''}${JSON.stringify(value)}`);
  }

  /** Ends the file and puts it in place. */
  finish(): void {
    this.#closeList();
    this.#write('\n}\n');
    closeSync(this.#file);
    renameSync(this.#partial, this.path);
  }

  /** Leaves nothing behind. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#partial, { force: true });
  }

  #closeList(): void {
    if (this.#open) this.#write(']');
    this.#open = undefined;
  }

  #write(text: string): void {
    writeSync(this.#file, text);
  }
}
