import { CONTROL_FORMS, readControls } from '../../src/science/control.ts';
import { lettersOf, longerHigh } from '../../src/science/lint/length.ts';
import { LINT_LIMITS } from '../../src/science/lint/lint.ts';

/** What is wrong with a set of control questions: 30 of each form, the right one at A in half, lengths alike. */
export function lintControls(value: unknown): string[] {
  const questions = readControls(value);
  const faults: string[] = [];
  if (new Set(questions.map(({ id }) => id)).size < questions.length)
    faults.push('controls: an id stands twice');
  if (new Set(questions.map(({ scenario }) => scenario)).size < questions.length)
    faults.push('controls: a question stands twice');
  for (const form of CONTROL_FORMS) {
    const own = questions.filter((question) => question.form === form);
    const atA = own.filter(({ highAt }) => highAt === 'A').length;
    if (own.length !== 30 || atA !== 15)
      faults.push(`controls: ${own.length} of form ${form}, ${atA} of them right at A; 30 and 15 are wanted`);
    const { share } = longerHigh(own);
    if (share < LINT_LIMITS.longerHigh[0] || share > LINT_LIMITS.longerHigh[1])
      faults.push(
        `controls: of form ${form} the right option is the longer one in ${(100 * share).toFixed(0)} %`,
      );
  }
  for (const { id, options } of questions) {
    const lengths = [lettersOf(options.A), lettersOf(options.B)];
    const ratio = Math.max(...lengths) / Math.min(...lengths);
    if (!(ratio <= LINT_LIMITS.lengthRatio))
      faults.push(`controls: ${id} has one option ${ratio.toFixed(2)} times as long as the other`);
  }
  return faults;
}
