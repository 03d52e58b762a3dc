import { VALID_FROM, type ControlScore } from '../../science/control.ts';
import { itemOf } from '../../science/item.ts';
import type { LabelSet, Protocol } from '../../science/prompt.ts';
import type { Proportion } from '../../science/statistics/proportion.ts';
import type { Agreement } from '../../science/validity/agreement.ts';
import type { ValidityReport } from '../../science/validity/report.ts';
import type { Check, Level, verdictOf } from '../../science/validity/verdict.ts';
import { PROTOCOL_WORDS } from '../words.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
export const two = (value: number): string => value.toFixed(2).replace('-', '−');

const rightOf = ({ share, n }: Proportion): string => `${Math.round(share * n)} of ${n}`;

export const LABEL_WORDS: Readonly<Record<LabelSet, string>> = {
  AB: 'A and B',
  XY: 'X and Y',
  '12': '1 and 2',
};

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  good: 'good',
  fair: 'fair',
  poor: 'poor',
  open: 'not judged',
};

/** Which ways of asking measure this model, in a sentence; undefined before control questions were asked. */
export function controlSentence(
  scores: Readonly<Partial<Record<Protocol, ControlScore>>>,
  taken: Protocol,
): string | undefined {
  const score = scores[taken];
  if (!score) return undefined;
  const others = (Object.entries(scores) as [Protocol, ControlScore][])
    .filter(([protocol, { valid }]) => protocol !== taken && !valid)
    .map(([protocol, { all }]) => `${PROTOCOL_WORDS[protocol]} (${rightOf(all)})`);
  const first = score.valid
    ? `It can be asked in ${PROTOCOL_WORDS[taken]}: ${rightOf(score.all)} control questions right.`
    : `Do not believe these figures: asked in ${PROTOCOL_WORDS[taken]}, it has ${rightOf(score.all)} control questions right; ${percent(VALID_FROM)} are needed.`;
  if (others.length === 0) return first;
  return `${first} ${score.valid ? 'Not valid for it' : 'No better'}: ${others.join(', ')}.`;
}

export const VERDICT_WORDS: Readonly<Record<ReturnType<typeof verdictOf>, string>> = {
  stands:
    'The measurement stands: the model understands the questions, and its item scores hold still between halves and wordings.',
  weak: 'The measurement is weak: the model understands the questions, but something below does not hold still. Read its place on the map with care.',
  fails:
    'The measurement fails: the model misses questions that have one obvious answer, so its choices in dilemmas say little about values. Its place on the map should not be believed.',
  open: 'Not examined yet.',
};

export const CHECK_WORDS: Readonly<Record<Check, { title: string; question: string }>> = {
  controls: { title: 'Control questions', question: 'Does it pick the answer that anyone would pick?' },
  position: { title: 'Position bias', question: 'Does it choose by place instead of meaning?' },
  mass: { title: 'Answer mass', question: 'Does it answer with one of the labels at all?' },
  halves: {
    title: 'Split halves',
    question: 'Do two halves of the dilemmas tell the same of the ten items?',
  },
  paraphrase: {
    title: 'Second wordings',
    question: 'Does the same dilemma in other words get the same answer?',
  },
  items: {
    title: 'Items told apart',
    question: 'Do dilemmas of one item resemble each other more than others?',
  },
  protocols: { title: 'Ways of asking', question: 'Do other ways of asking give the same answers?' },
  labels: { title: 'Other labels', question: 'Does it matter what the options are called?' },
  convergence: {
    title: 'Asked directly',
    question: 'Do the ten survey questions say the same as the dilemmas?',
  },
};

const agreementLine = (name: string, { n, r, sameSide }: Agreement): string =>
  `${name}: r = ${two(r)}, same side in ${percent(sameSide)} of ${n}`;

/** The figure of a check, in a line; undefined where it was not measured. */
export function figureOf(check: Check, report: ValidityReport): string | undefined {
  const { letters, halves, paraphrase, discriminant, convergence } = report;
  switch (check) {
    case 'controls': {
      const score = report.controls[report.protocol];
      return (
        score &&
        `${rightOf(score.all)} right, 95 % interval ${percent(score.all.interval.low)} to ${percent(score.all.interval.high)}`
      );
    }
    case 'position':
      return (
        letters &&
        `${two(letters.bias)} nats toward the first option on average; ${two(letters.biasOverSpread)} times the spread of the answers`
      );
    case 'mass':
      return (
        letters && `${percent(letters.mass)} on the labels on average, at least ${percent(letters.leastMass)}`
      );
    case 'halves':
      return (
        halves &&
        `reliability ${two(halves.median)} (median of ${halves.splits} splits; middle 95 %: ${two(halves.low)} to ${two(halves.high)})`
      );
    case 'paraphrase':
      return paraphrase && agreementLine('second wording', paraphrase);
    case 'items':
      return (
        discriminant &&
        `intraclass correlation ${two(discriminant.items)}, p = ${discriminant.p.toFixed(3)}${
          discriminant.length === undefined
            ? ''
            : `; with the options’ length r = ${two(discriminant.length)}`
        }`
      );
    case 'protocols': {
      const lines = (Object.entries(report.protocols) as [Protocol, Agreement][]).map(
        ([protocol, agreement]) => agreementLine(PROTOCOL_WORDS[protocol], agreement),
      );
      return lines.length > 0 ? lines.join('; ') : undefined;
    }
    case 'labels': {
      const lines = (Object.entries(report.labels) as [LabelSet, Agreement][]).map(([set, agreement]) =>
        agreementLine(LABEL_WORDS[set], agreement),
      );
      return lines.length > 0 ? lines.join('; ') : undefined;
    }
    case 'convergence':
      return (
        convergence &&
        `r = ${two(convergence.r)}${
          convergence.interval
            ? ` (95 % interval ${two(convergence.interval.low)} to ${two(convergence.interval.high)})`
            : ''
        } over ${convergence.items.length} items; ${percent(convergence.answered)} of the probability on the scale, ${percent(convergence.refusal)} on a sentence instead, ${percent(convergence.neutral)} of the answers neutral`
      );
  }
}

/** What each level of a check means, in a sentence. */
const MEANINGS: Readonly<Record<Check, Readonly<Record<Exclude<Level, 'open'>, string>>>> = {
  controls: {
    good: 'It understands what is asked in this form.',
    fair: 'It mostly understands; the interval still reaches under 80 %.',
    poor: 'It does not understand this form well enough: its answers say nothing about values.',
  },
  position: {
    good: 'Both orders are averaged, and little is left of the place.',
    fair: 'Place matters about as much as meaning; the average of both orders takes it out.',
    poor: 'Place outweighs meaning: letters hardly measure this model.',
  },
  mass: {
    good: 'It answers as asked.',
    fair: 'Much of its probability goes elsewhere; what is left is compared.',
    poor: 'It hardly ever answers with a label: the comparison hangs on crumbs of probability.',
  },
  halves: {
    good: 'Item scores would come out alike with other dilemmas of the same kind.',
    fair: 'Item scores are roughly repeatable.',
    poor: 'Another half of the dilemmas would tell another story: item scores are mostly noise.',
  },
  paraphrase: {
    good: 'Meaning decides, not the exact words.',
    fair: 'Words matter beside meaning.',
    poor: 'Other words, another answer: single dilemmas should not be read.',
  },
  items: {
    good: 'The items are different things to the model.',
    fair: 'The items are different things to the model, as far as chance lets one see.',
    poor: 'Dilemmas of one item are no more alike than any others: item scores cannot be told apart.',
  },
  protocols: {
    good: 'The way of asking hardly matters.',
    fair: 'The ways of asking agree in part.',
    poor: 'The ways of asking measure different things; only valid ones count.',
  },
  labels: {
    good: 'What the options are called hardly matters.',
    fair: 'What the options are called matters somewhat.',
    poor: 'It follows the labels, not the options: letters do not measure this model.',
  },
  convergence: {
    good: 'Asked directly it says what its choices say.',
    fair: 'Direct answers and choices agree in part.',
    poor: 'What it says and what it chooses differ: direct questions would tell another story.',
  },
};

/** What a level means for this model; figures of letters are told also where its answers are not read from letters. */
export function meaningOf(check: Check, level: Level, report: ValidityReport): string {
  if (level !== 'open') return MEANINGS[check][level];
  const ofLetters = (check === 'position' || check === 'mass') && report.letters;
  return ofLetters ? 'Of letters, in which this model is not measured here.' : 'This was not asked.';
}

export const itemName = (code: string): string => itemOf(code)?.name ?? code;
