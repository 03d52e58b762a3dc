import { domainKey, type Dilemma } from '../dilemma.ts';
import { cueWords } from './cue-words.ts';
import { lettersOf, longerHigh } from './length.ts';
import { nearDuplicates } from './near-duplicate.ts';
import { readingLevel } from './reading-level.ts';
import { wordsOf } from './words.ts';

export const LINT_RULES = [
  'scene-length',
  'option-length',
  'length-ratio',
  'longer-option',
  'cue-word',
  'reading-level',
  'near-duplicate',
  'unique-id',
  'counts',
  'order-balance',
] as const;
export type LintRule = (typeof LINT_RULES)[number];

/** What is to be mended, in a sentence; `index` is the dilemma's place in the list, -1 for the set as a whole. */
export interface LintFinding {
  readonly rule: LintRule;
  readonly index: number;
  readonly id?: string;
  readonly message: string;
}

/** The limits that a set is held to; words are counted, ratios are of letters. */
export interface LintLimits {
  readonly sceneWords: readonly [number, number];
  readonly optionWords: readonly [number, number];
  /** Longer option by shorter option. */
  readonly lengthRatio: number;
  /** Share of dilemmas with the longer option at the high pole, among those that differ. */
  readonly longerHigh: readonly [number, number];
  /** Highest school grade of a dilemma. */
  readonly readingLevel: number;
  /** Share of common content words from which two dilemmas are one; absent where none are compared, which takes long in a large file. */
  readonly similarity?: number;
  /** Dilemmas an item, domain and split should hold; absent where any number will do. */
  readonly perCell?: number;
}

/** What shared/dilemmas.md asks of the project's own set, and what a file brought from elsewhere is told of. */
export const LINT_LIMITS = {
  sceneWords: [25, 60],
  optionWords: [6, 16],
  lengthRatio: 1.3,
  longerHigh: [0.4, 0.6],
  readingLevel: 11,
  similarity: 0.4,
} as const satisfies LintLimits;

const outside = (value: number, [low, high]: readonly [number, number]): boolean =>
  value < low || value > high;

function lintOne(dilemma: Dilemma, index: number, limits: LintLimits): LintFinding[] {
  const found: LintFinding[] = [];
  const add = (rule: LintRule, message: string): void =>
    void found.push({ rule, index, id: dilemma.id, message });
  const scene = wordsOf(dilemma.scenario).length;
  if (outside(scene, limits.sceneWords))
    add('scene-length', `the scene has ${scene} words; ${limits.sceneWords.join(' to ')} are wanted`);
  for (const letter of ['A', 'B'] as const) {
    const words = wordsOf(dilemma.options[letter]).length;
    if (outside(words, limits.optionWords))
      add(
        'option-length',
        `option ${letter} has ${words} words; ${limits.optionWords.join(' to ')} are wanted`,
      );
  }
  const lengths = [lettersOf(dilemma.options.A), lettersOf(dilemma.options.B)];
  const ratio = Math.max(...lengths) / Math.min(...lengths);
  if (!(ratio <= limits.lengthRatio))
    add('length-ratio', `one option is ${ratio.toFixed(2)} times as long as the other`);
  const cues = cueWords(dilemma.wvsId, [dilemma.options.A, dilemma.options.B]);
  if (cues.length > 0) add('cue-word', `one option alone says “${cues.join('”, “')}”, which names the value`);
  const level = readingLevel(`${dilemma.scenario} ${dilemma.options.A} ${dilemma.options.B}`);
  if (level > limits.readingLevel)
    add('reading-level', `it reads at grade ${level.toFixed(1)}, over ${limits.readingLevel}`);
  return found;
}

/** Number of the dilemmas in each item x domain x split, the keys joined by a space. */
function cells(dilemmas: readonly Dilemma[]): Map<string, Dilemma[]> {
  const groups = new Map<string, Dilemma[]>();
  for (const dilemma of dilemmas) {
    const key = [dilemma.wvsId, domainKey(dilemma.domain), dilemma.split ?? []].flat().join(' ');
    const members = groups.get(key);
    if (members) members.push(dilemma);
    else groups.set(key, [dilemma]);
  }
  return groups;
}

function lintSet(dilemmas: readonly Dilemma[], limits: LintLimits): LintFinding[] {
  const found: LintFinding[] = [];
  const whole = (rule: LintRule, message: string): void => void found.push({ rule, index: -1, message });
  const seen = new Set<string>();
  for (const [index, { id }] of dilemmas.entries()) {
    if (seen.has(id)) found.push({ rule: 'unique-id', index, id, message: `the id ${id} stands twice` });
    seen.add(id);
  }
  for (const [key, members] of cells(dilemmas)) {
    if (limits.perCell !== undefined && members.length !== limits.perCell)
      whole('counts', `${key} holds ${members.length} dilemmas; ${limits.perCell} are wanted`);
    const lowAtA = members.filter((dilemma) => dilemma.highAt === 'B').length;
    // An odd number cannot be split in two: one more on either side is balance.
    if (Math.abs(members.length - 2 * lowAtA) > members.length % 2)
      whole(
        'order-balance',
        `${key} has the low pole at A in ${lowAtA} of ${members.length}; half is wanted`,
      );
  }
  for (const code of new Set(dilemmas.map((dilemma) => dilemma.wvsId))) {
    const { share, differing } = longerHigh(dilemmas.filter((dilemma) => dilemma.wvsId === code));
    // Fewer than twenty say little about a habit.
    if (differing >= 20 && outside(share, limits.longerHigh))
      whole(
        'longer-option',
        `${code} has the longer option at the high pole in ${(100 * share).toFixed(0)} %`,
      );
  }
  const alike = limits.similarity === undefined ? [] : nearDuplicates(dilemmas, limits.similarity);
  for (const { first, second, similarity } of alike)
    found.push({
      rule: 'near-duplicate',
      index: dilemmas.indexOf(second),
      id: second.id,
      message: `it shares ${(100 * similarity).toFixed(0)} % of its words with ${first.id}`,
    });
  return found;
}

/** All findings, those of single dilemmas first. Never throws; a file whose shape is wrong never gets here. */
export function lint(dilemmas: readonly Dilemma[], limits: LintLimits = LINT_LIMITS): LintFinding[] {
  return [
    ...dilemmas.flatMap((dilemma, index) => lintOne(dilemma, index, limits)),
    ...lintSet(dilemmas, limits),
  ];
}

/** A finding as a readable sentence. */
export function findingSentence({ index, id, message }: LintFinding): string {
  const where = index < 0 ? '' : `dilemma ${index + 1}${id === undefined ? '' : ` (${id})`}: `;
  return `${where}${message}`;
}

/** A finding as one readable line that names its rule. */
export function findingLine(finding: LintFinding): string {
  return `${findingSentence(finding)} [${finding.rule}]`;
}
