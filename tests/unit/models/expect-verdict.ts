import { expect } from 'vitest';
import type { HubFile } from '../../../src/models/hub.ts';
import type { Machine } from '../../../src/models/machine.ts';
import { judgeRepository, type RepositoryVerdict } from '../../../src/models/repository-verdict.ts';

/** A repository by its name for a person, its files and config, a machine, and what is to be said of it. */
export type VerdictCase = readonly [
  string,
  readonly HubFile[],
  string | undefined,
  Machine,
  Partial<RepositoryVerdict>,
  RegExp,
];

/** Holds the verdict on a repository to a case, and to what every verdict has. */
export function expectVerdict([, files, config, machine, expected, message]: VerdictCase): void {
  const verdict = judgeRepository({ repository: 'owner/Name-GGUF', files, config }, machine);
  expect(verdict).toMatchObject(expected);
  expect(verdict.message).toMatch(message);
  expect(verdict.message).toMatch(/^\S.*\.$/);
  // Whoever gets no plain yes is told what to do.
  if (verdict.runs !== 'yes') expect(verdict.advice).toMatch(/^\S.*\.$/);
  if (verdict.bytes !== undefined) expect(verdict.choice?.variant.bytes).toBe(verdict.bytes);
}
