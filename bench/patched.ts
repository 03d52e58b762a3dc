import type { Page } from '@playwright/test';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { median, ratio, type Figures } from './figures.ts';

const LENGTHS = [32, 128];
const ROUNDS = 9;
const MOST_RATIO = 1.1;
/** Logits are of the order of 10: more than this is another computation. */
const MOST_DIFFERENCE = 1e-3;

const REPEATS = 5;
const MOST_SECONDS = 1;

const WANTED = { all: 'all logits', one: 'one logit row' } as const;

/** The exported graph as it is against the patched one, in one page and in turns. */
export async function patchedAgainstOriginal(
  page: Page,
  { folder, graph, threads }: { folder: string; graph: string; threads: number },
): Promise<{ figures: Figures; runtime: string; threads: number }> {
  const reply = await page.evaluate(
    ([name, file, request]) => window.leewayBench.pairs(name, file, request),
    [folder, graph, { threads, lengths: LENGTHS, rounds: ROUNDS }] as const,
  );
  const { difference } = reply;
  if (!(difference < MOST_DIFFERENCE))
    throw new LeewayError(
      'internal',
      `The patched graph’s logits differ from the original’s by ${difference}.`,
      'Report this fault: their times cannot be compared.',
    );
  const figures: Figures = {
    'largest difference of logits': { value: difference, below: MOST_DIFFERENCE },
  };
  for (const { tokens, rows, original, patched } of reply.pairs) {
    const name = `${tokens} tokens, ${WANTED[rows]}`;
    figures[`${name}: original, s`] = { value: median(original) };
    figures[`${name}: patched, s`] = { value: median(patched) };
    figures[`${name}: patched / original`] = { ...ratio(patched, original), below: MOST_RATIO };
  }
  return { figures, runtime: reply.runtime, threads: reply.threads };
}

/** Seconds until a graph is ready for the runtime: an exported one patched, one built from a GGUF file. */
export async function patchingTime(
  page: Page,
  onnx: { folder: string; graph: string },
  gguf: { folder: string; file: string },
): Promise<Figures> {
  const patching = await page.evaluate(
    ([folder, graph, repeats]) => window.leewayBench.patching(folder, graph, repeats),
    [onnx.folder, onnx.graph, REPEATS] as const,
  );
  const figures: Figures = {
    'ONNX graph patched, s': { value: median(patching), below: MOST_SECONDS },
    'ONNX graph patched, the first time, s': { value: patching[0] ?? NaN, below: MOST_SECONDS },
  };
  for (const storage of ['packed', 'float32'] as const) {
    const { seconds } = await page.evaluate(
      ([folder, file, kept, repeats]) => window.leewayBench.building(folder, file, kept, repeats),
      [gguf.folder, gguf.file, storage, REPEATS] as const,
    );
    figures[`GGUF header read and graph built (${storage}), s`] = { value: median(seconds) };
  }
  return figures;
}
