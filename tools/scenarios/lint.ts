import { readFileSync } from 'node:fs';
import { domainKey, problemLine, readDilemmas, type Dilemma } from '../../src/science/dilemma.ts';
import { ITEMS } from '../../src/science/item.ts';
import { giveaway } from '../../src/science/lint/giveaway.ts';
import { findingLine, lint, LINT_LIMITS, type LintFinding } from '../../src/science/lint/lint.ts';
import { longerHigh } from '../../src/science/lint/length.ts';
import { readingLevel } from '../../src/science/lint/reading-level.ts';
import { scenarioFiles, scenarioText } from './build.ts';
import { lintControls } from './controls.ts';

/**
 * Lints what stands under public/scenarios and prints a table. Exits with 1 where something is to be mended, or where a
 * file is not what the drafts make.
 */
const read = (name: string): string =>
  readFileSync(new URL(`../../public/scenarios/${name}`, import.meta.url), 'utf8');

function dilemmasOf(name: string): readonly Dilemma[] {
  const reading = readDilemmas(JSON.parse(read(name)));
  if (reading.ok) return reading.dilemmas;
  for (const problem of reading.problems) faults.push(`${name}: ${problemLine(problem)}`);
  return [];
}

const faults: string[] = [];
const train = dilemmasOf('train.json');
const test = dilemmasOf('test.json');
const all = [...train, ...test];
const findings: readonly LintFinding[] = lint(all, { ...LINT_LIMITS, perCell: 10 });
faults.push(...findings.map(findingLine));

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const rows = ITEMS.map(({ code, name }) => {
  const own = all.filter(({ wvsId }) => wvsId === code);
  const half = (split: readonly Dilemma[]): Dilemma[] => split.filter(({ wvsId }) => wvsId === code);
  const cells = new Set(own.map(({ domain, split }) => `${domainKey(domain)} ${split}`));
  const { accuracy } = giveaway(half(train), half(test));
  // shared/dilemmas.md, rule 5: options alone must not tell the pole.
  if (!(accuracy < 0.75))
    faults.push(`${code}: the options alone give the pole away in ${percent(accuracy)}`);
  return {
    item: `${code} ${name}`,
    dilemmas: own.length,
    cells: cells.size,
    'low at A': own.filter(({ highAt }) => highAt === 'B').length,
    'high longer': percent(longerHigh(own).share),
    grade: average(
      own.map(({ scenario, options }) => readingLevel(`${scenario} ${options.A} ${options.B}`)),
    ).toFixed(1),
    'given away': percent(accuracy),
    findings: own.filter(({ id }) => findings.some((finding) => finding.id === id)).length,
  };
});
console.table(Object.fromEntries(rows.map(({ item, ...row }) => [item, row])));

const second = dilemmasOf('paraphrases.json');
const first = new Map(test.map((dilemma) => [dilemma.id, dilemma]));
for (const [index, finding] of second.map((dilemma) => [dilemma, first.get(dilemma.id)] as const).entries()) {
  const [wording, original] = finding;
  if (!original) faults.push(`paraphrase ${index + 1} (${wording.id}) is of no dilemma`);
  else if (original.highAt !== wording.highAt)
    faults.push(`paraphrase ${wording.id} has the poles at other letters than its dilemma`);
  else if (original.scenario === wording.scenario) faults.push(`paraphrase ${wording.id} is its dilemma`);
}
for (const finding of lint(second))
  if (finding.index >= 0) faults.push(`paraphrases: ${findingLine(finding)}`);
faults.push(...lintControls(JSON.parse(read('controls.json'))));
for (const [name, value] of Object.entries(scenarioFiles()))
  if ((await scenarioText(name, value)) !== read(name))
    faults.push(`${name} is not what the drafts make; run npx tsx tools/scenarios/build.ts`);

console.log(`${all.length} dilemmas, ${second.length} second wordings, ${faults.length} faults`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
