/** What became of yes-or-no answers between two measurements of the same questions. */
export interface McNemar {
  /** Right before and wrong after. */
  readonly lost: number;
  /** Wrong before and right after. */
  readonly gained: number;
  /** Two-sided and exact. */
  readonly p: number;
}

/**
 * McNemar's exact test (McNemar 1947; exact form: Fay 2010): under the null a question that changed is as likely to have
 * been lost as gained, so that the smaller count is binomial with a half. Questions that did not change say nothing; with
 * none that did p is 1. Throws RangeError unless both lists are of one length.
 */
export function mcNemar(before: readonly boolean[], after: readonly boolean[]): McNemar {
  if (before.length !== after.length)
    throw new RangeError('McNemar’s test needs the same questions before and after.');
  const changed = (was: boolean): number =>
    before.filter((right, i) => right === was && after[i] === !was).length;
  const [lost, gained] = [changed(true), changed(false)];
  return { lost, gained, p: signTest(Math.min(lost, gained), lost + gained) };
}

/** Two-sided P of at most `fewer` of n fair tosses on one side; the terms in logarithms, so that n may be large. */
function signTest(fewer: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
