import type { Answer } from '../answer.ts';

/** One direction at one strength: what the same dilemmas were answered. */
export interface Dose {
  /** 0 for the baseline. */
  readonly strength: number;
  readonly answers: readonly Answer[];
}

/** The dilemmas that every dose answered, with their log-odds by dose; the doses in order of strength. */
function shared(
  doses: readonly Dose[],
): readonly { readonly answer: Answer; readonly values: readonly number[] }[] {
  const [first, ...others] = doses.map(
    ({ answers }) => new Map(answers.map((answer) => [answer.id, answer] as const)),
  );
  if (!first) return [];
  return [...first.values()].flatMap((answer) => {
    const rest = others.map((dose) => dose.get(answer.id)?.logOddsHigh);
    return rest.every((value) => value !== undefined)
      ? [{ answer, values: [answer.logOddsHigh, ...rest] }]
      : [];
  });
}

/**
 * The slope of each dilemma's log-odds over strength, by least squares through all doses, as an answer whose `logOddsHigh`
 * is nats per unit of strength: means of slopes are slopes of means, so that all that can be said of answers can be said of
 * slopes, paired by dilemma.
 * @param doses at two different strengths at least; only dilemmas that all of them answered count
 * @throws RangeError where all doses have one strength.
 */
export function slopesOf(doses: readonly Dose[]): Answer[] {
  const middle = doses.reduce((sum, { strength }) => sum + strength, 0) / doses.length;
  const away = doses.map(({ strength }) => strength - middle);
  const spread = away.reduce((sum, value) => sum + value ** 2, 0);
  if (!(spread > 0)) throw new RangeError('A slope needs two strengths.');
  return shared(doses).map(({ answer, values }) => ({
    ...answer,
    logOddsHigh: values.reduce((sum, value, i) => sum + value * (away[i] ?? 0), 0) / spread,
  }));
}

/** The doses up to a strength, both ways. */
export const within = (doses: readonly Dose[], strength: number): Dose[] =>
  doses.filter((dose) => Math.abs(dose.strength) <= strength + 1e-9);

/** The sizes of strength that were tried both ways, the smallest first. */
export function sizesOf(doses: readonly Dose[]): number[] {
  const has = (strength: number): boolean => doses.some((dose) => Math.abs(dose.strength - strength) < 1e-9);
  return doses
    .map(({ strength }) => strength)
    .filter((strength) => strength > 0 && has(-strength))
    .sort((a, b) => a - b);
}
