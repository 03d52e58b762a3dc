import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { asJson, line, type Figures } from './figures.ts';

/** What a section was measured on: facts by name. */
export type Subject = Readonly<Record<string, string | number>>;

/** The sections of one run: each printed when it is there, all written in the end. */
export class Report {
  readonly #facts: Record<string, unknown> = {};
  readonly #sections: Record<string, unknown> = {};

  /** States what holds for the whole run, such as its date; undefined states nothing. */
  state(name: string, fact: unknown): void {
    this.#facts[name] = fact;
  }

  add(title: string, figures: Figures, subject: Subject = {}): void {
    const on = Object.values(subject).join(', ');
    process.stdout.write(`\n${title}${on ? ` (${on})` : ''}\n`);
    for (const [name, figure] of Object.entries(figures)) process.stdout.write(`${line(name, figure)}\n`);
    this.#sections[title] = {
      ...(on ? { subject } : {}),
      figures: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, asJson(figure)])),
    };
  }

  /** A section that cannot be measured here, and why. */
  skip(title: string, why: string): void {
    process.stdout.write(`\n${title}\n  ${why}\n`);
    this.#sections[title] = { skipped: why };
  }

  write(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...this.#facts, results: this.#sections }, null, 2)}\n`);
    process.stdout.write(`\nWritten to ${path}\n`);
  }
}
