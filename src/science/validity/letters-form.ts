/** What answers in letters say of the way of asking. */
export interface LettersForm {
  readonly n: number;
  /** Mean position bias, nats toward the first option. */
  readonly bias: number;
  /** Mean |position bias| over the spread (standard deviation) of the log-odds: above 1, place outweighs meaning. */
  readonly biasOverSpread: number;
  /** Mean probability of the two labels together. */
  readonly mass: number;
  /** The least of it over the dilemmas. */
  readonly leastMass: number;
}

interface Lettered {
  readonly logOddsHigh: number;
  readonly positionBias?: number;
  readonly answerMass?: number;
}

/** Undefined for answers that were not given in letters, or fewer than two. */
export function lettersForm(answers: readonly Lettered[]): LettersForm | undefined {
  const whole = answers.flatMap(({ logOddsHigh, positionBias, answerMass }) =>
    positionBias === undefined || answerMass === undefined ? [] : [{ logOddsHigh, positionBias, answerMass }],
  );
  const n = whole.length;
  if (n < 2) return undefined;
  const mean = (of: (answer: (typeof whole)[number]) => number): number =>
    whole.reduce((sum, answer) => sum + of(answer), 0) / n;
  const centre = mean(({ logOddsHigh }) => logOddsHigh);
  const spread = Math.sqrt((mean(({ logOddsHigh }) => (logOddsHigh - centre) ** 2) * n) / (n - 1));
  return {
    n,
    bias: mean(({ positionBias }) => positionBias),
    biasOverSpread: mean(({ positionBias }) => Math.abs(positionBias)) / spread,
    mass: mean(({ answerMass }) => answerMass),
    leastMass: Math.min(...whole.map(({ answerMass }) => answerMass)),
  };
}
