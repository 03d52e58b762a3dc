import { readDilemmas, problemLine } from '../../src/science/dilemma.ts';
import { giveaway } from '../../src/science/lint/giveaway.ts';
import { findingLine, lint, LINT_LIMITS } from '../../src/science/lint/lint.ts';
import { entryOf, readDrafts } from './draft.ts';

/** Usage: tsx tools/scenarios/lint-draft.ts ITEM. Prints what is to be mended in an item's drafts. */
const item = process.argv[2] ?? '';
const reading = readDilemmas(readDrafts(item).map((draft) => entryOf(item, draft)));
if (!reading.ok) {
  console.error(reading.problems.map(problemLine).join('\n'));
  process.exit(1);
}
const { dilemmas } = reading;
const findings = lint(dilemmas, { ...LINT_LIMITS, perCell: 10 });
for (const finding of findings) console.log(findingLine(finding));
const half = (split: string) => dilemmas.filter((dilemma) => dilemma.split === split);
const { accuracy, n, words } = giveaway(half('train'), half('test'));
const pulls = words.map(({ word, pull }) => `${word} ${pull.toFixed(1)}`).join(', ');
console.log(
  `${item}: ${dilemmas.length} dilemmas, ${findings.length} findings; the options alone give the pole away in ${(100 * accuracy).toFixed(0)} % of ${n} (${pulls})`,
);
