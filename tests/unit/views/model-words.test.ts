import { expect, it } from 'vitest';
import manifest from '../../../models.json' with { type: 'json' };
import type { ModelEntry } from '../../../src/experiments/model-entry.ts';
import { choiceWords, downloadWords, weightsWords } from '../../../src/views/probe/model-words.ts';

const ENTRIES = manifest.models as ModelEntry[];
const source = (): Promise<never> => Promise.reject(new Error('not asked for'));
const words = ({ id, name, summary }: ModelEntry, entry?: ModelEntry): string =>
  choiceWords({ id, name, summary, source, ...(entry ? { entry } : {}) });

it('names a number of weights as models are named by it', () => {
  expect([135e6, 596e6, 1e9, 1.23e9, 1.5e9].map(weightsWords)).toEqual([
    '135M',
    '596M',
    '1B',
    '1.23B',
    '1.5B',
  ]);
});

it('says name, size and licence in one line, and the name alone of what a visitor brings', () => {
  const [first] = ENTRIES;
  expect(first && words(first, first)).toBe('SmolLM2 135M Instruct · 135M parameters · Apache-2.0');
  expect(first && words(first)).toBe('SmolLM2 135M Instruct');
});

it('says how much there may be to download', () => {
  const of = (id: string): string | undefined => {
    const entry = ENTRIES.find((candidate) => candidate.id === id);
    return entry && downloadWords(entry);
  };
  expect(of('smollm2-135m')).toBe('105 MB to 145 MB');
  expect(of('gemma-3-270m')).toBe('292 MB');
});
