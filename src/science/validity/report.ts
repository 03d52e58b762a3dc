import type { Answer } from '../answer.ts';
import type { ControlScore } from '../control.ts';
import type { ForcedChoice } from '../forced-choice.ts';
import { itemScores, sumOf } from '../item-score.ts';
import type { LabelSet, Protocol } from '../prompt.ts';
import type { SplitHalf } from '../statistics/reliability.ts';
import type { SurveyQuestion, SurveyReading } from '../survey.ts';
import { surveyScores } from '../survey-score.ts';
import { agreementOf, type Agreement } from './agreement.ts';
import { convergenceOf, type Convergence } from './convergence.ts';
import { discriminantOf, type Discriminant } from './discriminant.ts';
import { itemHalves } from './halves.ts';
import { leaveOneItemOut, type LeftOut } from './leave-out.ts';
import { lettersForm, type LettersForm } from './letters-form.ts';

/** An answer with what a letters protocol adds. */
export interface MeasuredAnswer extends Answer {
  readonly positionBias?: number;
  readonly answerMass?: number;
}

/** Everything that was asked of one model. */
export interface ValidityData {
  /** The protocol whose figures are judged. */
  readonly protocol: Protocol;
  readonly controls: Readonly<Partial<Record<Protocol, ControlScore>>>;
  readonly probes: Readonly<Partial<Record<Protocol, readonly MeasuredAnswer[]>>>;
  /** Letters answers under other labels. */
  readonly labels: Readonly<Partial<Record<LabelSet, readonly MeasuredAnswer[]>>>;
  /** The protocol's answers to second wordings, by the first wordings' ids. */
  readonly paraphrases: readonly MeasuredAnswer[];
  readonly survey: {
    readonly questions: readonly SurveyQuestion[];
    readonly readings: readonly SurveyReading[];
  };
  readonly questions: readonly ForcedChoice[];
  readonly seed: number;
}

/** How far to believe one model's figures; a part is absent where it was not asked. */
export interface ValidityReport {
  readonly protocol: Protocol;
  readonly n: number;
  readonly controls: ValidityData['controls'];
  readonly letters?: LettersForm;
  /** Of the item scores, over random halves of each item's dilemmas. */
  readonly halves?: SplitHalf;
  readonly protocols: Readonly<Partial<Record<Protocol, Agreement>>>;
  readonly labels: Readonly<Partial<Record<LabelSet, Agreement>>>;
  readonly paraphrase?: Agreement;
  readonly convergence?: Convergence;
  readonly discriminant?: Discriminant;
  readonly leftOut: readonly LeftOut[];
}

type Entries<Key extends string> = Readonly<Partial<Record<Key, readonly MeasuredAnswer[]>>>;

function agreements<Key extends string>(
  first: readonly MeasuredAnswer[],
  others: Entries<Key>,
  except?: Key,
): Partial<Record<Key, Agreement>> {
  const found: Partial<Record<Key, Agreement>> = {};
  for (const [key, answers] of Object.entries(others) as [Key, readonly MeasuredAnswer[] | undefined][]) {
    const agreement = key === except || !answers ? undefined : agreementOf(first, answers);
    if (agreement) found[key] = agreement;
  }
  return found;
}

/** All figures of validity and reliability; pure and seeded. */
export function validityReport(data: ValidityData): ValidityReport {
  const { protocol, probes, labels, survey, questions, seed } = data;
  const answers = probes[protocol] ?? [];
  const scores = itemScores(answers.map(sumOf));
  const halves = itemHalves(answers, seed);
  const letters = lettersForm(probes.letters ?? probes['letters-chat'] ?? []);
  const paraphrase = agreementOf(answers, data.paraphrases);
  const convergence = convergenceOf(
    Object.fromEntries(scores),
    surveyScores(survey.questions, survey.readings),
  );
  const discriminant = discriminantOf(answers, questions, seed);
  return {
    protocol,
    n: answers.length,
    controls: data.controls,
    ...(letters ? { letters } : {}),
    ...(halves ? { halves } : {}),
    protocols: agreements(answers, probes, protocol),
    labels: agreements(probes.letters ?? [], labels, 'AB'),
    ...(paraphrase ? { paraphrase } : {}),
    ...(convergence ? { convergence } : {}),
    ...(discriminant ? { discriminant } : {}),
    leftOut: leaveOneItemOut(answers),
  };
}
