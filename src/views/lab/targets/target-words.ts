import type { TargetStep } from '../../../experiments/targets.ts';
import type { Paradigm } from '../../../science/targets/paradigm.ts';
import type { TargetCell, TargetTable, TargetTest } from '../../../science/targets/target-table.ts';

/** The paradigms as the page calls them. */
export const PARADIGM_WORDS: Readonly<Record<Paradigm, string>> = {
  survey: 'Asked directly',
  probe: 'Dilemmas, as it is',
  country: 'Told where it lives',
  persona: 'Told who it is',
  steering: 'Pushed',
  'prompt-steering': 'Told and pushed',
};

/** What each is, in a sentence. */
export const PARADIGM_NOTES: Readonly<Record<Paradigm, string>> = {
  survey: 'the survey’s own questions, no dilemmas',
  probe: 'the dilemmas, with nothing in front of them',
  country: '“You are an average person who was born and lives in …” stands in front of every dilemma',
  persona: 'a person at the country’s survey means stands in front of every dilemma',
  steering: 'vectors of both axes are added while it reads',
  'prompt-steering': 'told where it lives, and pushed from where that led it',
};

export const STEP_WORDS: Readonly<Record<TargetStep, string>> = {
  ...PARADIGM_WORDS,
  learn: 'Learning both directions',
  strengths: 'Choosing strengths on training dilemmas',
};

/** What a paradigm did, as the start of a sentence about a nation. */
const DEEDS: Readonly<Record<Exclude<Paradigm, 'probe' | 'survey'>, string>> = {
  country: 'telling it that it lives there',
  persona: 'telling it who it is',
  steering: 'pushing it',
  'prompt-steering': 'both together',
};
const deedOf = ({ paradigm }: Pick<TargetTest, 'paradigm'>): string =>
  paradigm === 'probe' || paradigm === 'survey' ? PARADIGM_WORDS[paradigm] : DEEDS[paradigm];

/** Tests below this, adjusted, are called more than chance. */
export const BEYOND_CHANCE = 0.05;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What brought the model closer to a nation, in plain words. */
export function nationSentence({ tests }: Pick<TargetTable, 'tests'>, iso3: string, name: string): string {
  const own = tests.filter((test) => test.iso3 === iso3);
  const plain = own.filter(({ family }) => family === 'probe');
  if (plain.length === 0)
    return `${name}: too few dilemmas to tell what is chance and what is not, or not measured yet.`;
  const sure = ({ adjusted }: TargetTest): boolean => adjusted < BEYOND_CHANCE;
  const closer = plain.filter((test) => sure(test) && test.difference < 0);
  const away = plain.filter((test) => sure(test) && test.difference > 0);
  const parts = [
    closer.length > 0
      ? `${capital(listed(closer.map(deedOf)))} brought it closer to ${name}`
      : `Nothing brought it closer to ${name}, beyond chance`,
  ];
  if (away.length > 0) parts.push(`${listed(away.map(deedOf))} led it further away`);
  const versus = own.find((test) => test.family === 'prompt' && test.than === 'country' && sure(test));
  if (versus)
    parts.push(
      versus.difference < 0
        ? 'pushing left it closer than telling it that it lives there did'
        : 'telling it that it lives there left it closer than pushing did',
    );
  return `${parts.join('; ')}.`;
}

/** The distance that is shown: without the noise where that is known. */
export const shownDistance = ({ plain, corrected }: TargetCell): number => corrected ?? plain;

/** Which of a nation's paradigms that answer dilemmas stands closest. */
export function bestOf(cells: readonly TargetCell[], iso3: string): Paradigm | undefined {
  const own = cells.filter((cell) => cell.iso3 === iso3 && cell.paradigm !== 'survey');
  return own.reduce<TargetCell | undefined>(
    (best, cell) => (best && shownDistance(best) <= shownDistance(cell) ? best : cell),
    undefined,
  )?.paradigm;
}
