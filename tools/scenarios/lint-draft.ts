import { readFileSync } from 'node:fs';
import { readDilemmas, problemLine } from '../../src/science/dilemma.ts';
import { itemOf } from '../../src/science/item.ts';
import { giveaway } from '../../src/science/lint/giveaway.ts';
import { findingLine, lint, LINT_LIMITS } from '../../src/science/lint/lint.ts';

/** A dilemma as it is written: poles by name, so that nobody deals out letters by hand. */
interface Draft {
  readonly domain: string;
  readonly split: string;
  readonly number: number;
  readonly scene: string;
  readonly low: string;
  readonly high: string;
}

/** Usage: tsx tools/scenarios/lint-draft.ts ITEM [file]. Prints what is to be mended in an item's drafts. */
const item = process.argv[2] ?? '';
const file = process.argv[3] ?? new URL(`drafts/${item}.json`, import.meta.url);
const drafts = JSON.parse(readFileSync(file, 'utf8')) as readonly Draft[];
const reading = readDilemmas(
  drafts.map(({ domain, split, number, scene, low, high }) => {
    const lowAtA = number % 2 === 1;
    return {
      id: `${item}-${domain}-${split}-${String(number).padStart(2, '0')}`,
      wvs_id: item,
      dimension: itemOf(item)?.axis,
      domain,
      split,
      scenario_text: scene,
      options: lowAtA ? { A: low, B: high } : { A: high, B: low },
      mapping: lowAtA ? { low_pole: 'A', high_pole: 'B' } : { low_pole: 'B', high_pole: 'A' },
    };
  }),
);
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
process.exitCode = findings.length > 0 ? 1 : 0;
