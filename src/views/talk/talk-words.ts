import type { GenerationEnd } from '../../engine/shared/generation.ts';
import type { SideText, TalkToken } from '../../experiments/generation.ts';
import type { Turn, WatchedRecord } from '../../experiments/talk.ts';
import { pushWords, signed } from '../runs/run-words.ts';
import { AXIS_WORDS, capital } from '../words.ts';

const END_WORDS: Readonly<Record<GenerationEnd, string>> = {
  token: 'it ended by itself',
  text: 'ended at your stop text',
  length: 'cut at the length you chose',
};

/** The two ends of what tokens are read along. */
export const watchedPoles = ({ vector, axis }: WatchedRecord): { low: string; high: string } =>
  axis ? AXIS_WORDS[axis] : { low: `against ${vector}`, high: `along ${vector}` };

/** What a column is called. */
export const columnName = ({ steering }: Turn, side: number): string =>
  side === 0 ? 'As it is' : capital(pushWords(steering));

/** "64 tokens, 11.2 a second, cut at the length you chose". */
export function sideWords({ tokens, tokensPerSecond, end }: SideText, writing: boolean): string {
  const n = `${tokens.length} token${tokens.length === 1 ? '' : 's'}`;
  const pace = tokensPerSecond === undefined ? undefined : `${tokensPerSecond.toFixed(1)} a second`;
  const state = end ? END_WORDS[end] : writing ? 'writing' : 'stopped';
  return [n, pace, state].filter(Boolean).join(', ');
}

/** What is known of one token. */
export function tokenNote({ logProbability, projection }: TalkToken, watched?: WatchedRecord): string {
  const chance = 100 * Math.exp(logProbability);
  const likely = `Probability ${chance < 0.1 ? 'below 0.1' : chance.toFixed(chance < 10 ? 1 : 0)} %`;
  if (projection === undefined || !watched) return likely;
  const { low, high } = watchedPoles(watched);
  return `${likely}; state ${signed(projection)} toward ${projection < 0 ? low : high}`;
}

/** How a turn was drawn: "seed 1, temperature 0.7, at most 80 tokens, as a chat". */
export function drawnWords({ sampling, as, system }: Turn): string {
  const { seed, temperature, maxTokens, stopTexts } = sampling;
  return [
    `seed ${seed}`,
    temperature === 0 ? 'always the likeliest word' : `temperature ${temperature}`,
    `at most ${maxTokens} tokens`,
    as === 'chat' ? 'as a chat' : 'continued as plain text',
    system && `told “${system}”`,
    stopTexts.length > 0 && `stop text “${stopTexts.join('”, “')}”`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A talk as plain text, to be pasted elsewhere. */
export const talkText = (turns: readonly Turn[]): string =>
  turns
    .map((turn) =>
      [
        `> ${turn.prompt}`,
        ...turn.sides.map(({ text }, i) => `[${columnName(turn, i)}]\n${text.trim()}`),
        `(${drawnWords(turn)})`,
      ].join('\n\n'),
    )
    .join('\n\n');
