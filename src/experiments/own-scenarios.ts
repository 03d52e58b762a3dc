import type { OwnScenarios } from '../runs/run-store.ts';
import { coverage, type Coverage } from '../science/coverage.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { findingSentence, lint, LINT_LIMITS, LINT_RULES, type LintRule } from '../science/lint/lint.ts';
import { spread } from '../science/spread.ts';
import { readScenarioFile, type ScenarioSet } from './scenarios.ts';

/** What one rule has to say of a file. */
export interface Remark {
  readonly rule: LintRule;
  /** How often. */
  readonly n: number;
  /** The first ones, a line each. */
  readonly lines: readonly string[];
}

/** A scenario file that the visitor brought, read and looked over. */
export interface OpenScenarios {
  /** Its dilemmas in the order in which they are asked. */
  readonly set: ScenarioSet;
  readonly coverage: Coverage;
  readonly remarks: readonly Remark[];
  /** Dilemmas that the page's vectors are learned from: a push moves these more than it would others. */
  readonly trainedOn: number;
}

const LISTED = 50;
/** All pairs are compared: beyond this many dilemmas that would hold up the page. */
const COMPARED = 1500;

/** What the linter finds, by rule. Counts are free: a file may hold as many dilemmas of a kind as it likes. */
function remarksOn(dilemmas: readonly Dilemma[]): Remark[] {
  const { similarity, ...others } = LINT_LIMITS;
  const findings = lint(dilemmas, dilemmas.length > COMPARED ? others : { ...others, similarity });
  return LINT_RULES.flatMap((rule): Remark[] => {
    const own = findings.filter((finding) => finding.rule === rule);
    return own.length === 0
      ? []
      : [{ rule, n: own.length, lines: own.slice(0, LISTED).map(findingSentence) }];
  });
}

/**
 * Reads a file that the visitor brought.
 * @param training the dilemmas that vectors are learned from
 * @throws ScenarioError as `readScenarioFile` does.
 */
export async function openScenarios(
  name: string,
  text: string,
  training: readonly Dilemma[] = [],
): Promise<OpenScenarios> {
  const { dilemmas, ...file } = await readScenarioFile(name, text);
  const known = new Set(training.map(({ scenario }) => scenario.trim()));
  return {
    set: { ...file, dilemmas: spread(dilemmas) },
    coverage: coverage(dilemmas),
    remarks: remarksOn(dilemmas),
    trainedOn: dilemmas.filter(({ scenario }) => known.has(scenario.trim())).length,
  };
}

/** A file as it is kept on this device from now on. */
export function keptScenarios({ set }: OpenScenarios, text: string): OwnScenarios {
  const added = new Date().toISOString();
  return { sha256: set.sha256, name: set.name, text, n: set.dilemmas.length, added };
}
