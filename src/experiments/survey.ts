import type { Engine } from '../engine/client/engine.ts';
import type { TextToEncode, TokenLayers } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { RUN_SCHEMA, runKey, type SurveyRun } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { labelSpellings, type Protocol } from '../science/prompt.ts';
import {
  pointProbabilities,
  SCALE_ORDERS,
  SENTENCE_OPENINGS,
  surveyPrompt,
  type ScaleOrder,
  type SurveyQuestion,
  type SurveyReading,
} from '../science/survey.ts';
import { loadedProvenance } from './stored-ask.ts';

/** The direct questions of a file. */
export interface SurveySet {
  readonly name: string;
  readonly sha256: string;
  readonly questions: readonly SurveyQuestion[];
}

export interface SurveyManner {
  /** letters-chat puts the question through the chat template; the others ask it plainly. */
  readonly protocol: Protocol;
  readonly system?: string | undefined;
}

/**
 * One question in one order. The probability of a point is that of its number's tokens, one after the other, over all
 * spellings: numbers may be several tokens, and some tokenizers set the space before a digit apart.
 */
async function read(
  engine: Engine,
  question: SurveyQuestion,
  order: ScaleOrder,
  { protocol, system }: SurveyManner,
  signal: AbortSignal | undefined,
): Promise<{ reading: SurveyReading; work: TokenLayers }> {
  const prompt = surveyPrompt(question, order);
  const user = { role: 'user' as const, content: prompt };
  const text: TextToEncode =
    protocol === 'letters-chat'
      ? { messages: system ? [{ role: 'system', content: system }, user] : [user] }
      : { text: system ? `${system}\n${prompt}` : prompt, special: true };
  const numbers = question.points.map(({ value }) => String(value));
  const spellings = [...numbers, ...SENTENCE_OPENINGS].flatMap((word, of) =>
    labelSpellings(word).map((spelling) => ({ of, spelling })),
  );
  const [stem = [], ...continuations] = await engine.encode([
    text,
    ...spellings.map(({ spelling }) => ({ text: spelling, special: false })),
  ]);
  const { rows, tokenLayers } = await engine.run(
    continuations.map((ids) => ({ tokens: [...stem, ...ids], scoreFrom: stem.length })),
    { signal },
  );
  const sums = new Float64Array(numbers.length + SENTENCE_OPENINGS.length);
  spellings.forEach(({ of }, i) => {
    const logs = rows[i]?.scores ?? new Float32Array([NaN]);
    sums[of] = (sums[of] ?? 0) + Math.exp(logs.reduce((sum, value) => sum + value, 0));
  });
  const points = pointProbabilities(question.points, Array.from(sums.subarray(0, numbers.length)));
  const sentence = sums.subarray(numbers.length).reduce((sum, value) => sum + value, 0);
  if (![...points, sentence].every(Number.isFinite) || points.every((p) => p === 0))
    throw new LeewayError(
      'not-finite',
      `The model gave no finite probability for the survey question ${question.id}.`,
      'Try another precision of the model, or the WASM backend.',
    );
  return { reading: { id: question.id, order, points, sentence }, work: tokenLayers };
}

/** Asks the direct questions in both orders of their scales, taking up a stored run where it stopped. */
export async function storedSurvey(
  engine: Engine,
  store: RunStore,
  set: SurveySet,
  { seed, ...manner }: SurveyManner & { readonly seed: number },
  {
    signal,
    onReadings,
  }: { signal: AbortSignal; onReadings?: (readings: readonly SurveyReading[], total: number) => void },
): Promise<readonly SurveyReading[]> {
  const { protocol, system } = manner;
  const provenance = {
    model: loadedProvenance(engine),
    // Nothing but the chat template tells the ways of asking apart here.
    protocol: protocol === 'letters-chat' ? protocol : ('letters' as const),
    ...(system ? { system } : {}),
    scenarios: { name: set.name, sha256: set.sha256, n: set.questions.length },
    seed,
  };
  const key = runKey('survey', provenance);
  const before = (await store.run(key)) as SurveyRun | undefined;
  const readings: SurveyReading[] = [...(before?.answers ?? [])];
  let work = before?.tokenLayers ?? { computed: 0, naive: 0 };
  const total = set.questions.length * SCALE_ORDERS.length;
  onReadings?.([...readings], total);
  for (const question of set.questions)
    for (const order of SCALE_ORDERS) {
      if (readings.some((reading) => reading.id === question.id && reading.order === order)) continue;
      const fresh = await read(engine, question, order, manner, signal);
      readings.push(fresh.reading);
      work = { computed: work.computed + fresh.work.computed, naive: work.naive + fresh.work.naive };
      await store.mergeRun({
        ...provenance,
        schema: RUN_SCHEMA,
        kind: 'survey',
        key,
        updated: new Date().toISOString(),
        tokenLayers: work,
        answers: readings,
      });
      onReadings?.([...readings], total);
    }
  return readings;
}
