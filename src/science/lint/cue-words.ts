import { wordsOf } from './words.ts';

/** Labels of the axes' poles: they give the pole away whatever the item. */
const LABELS = [
  /^tradition/,
  /^modern/,
  /^rational/,
  /^secular/,
  /^self-express/,
  /^surviv/,
  /^liberal/,
  /^conservativ/,
];

/** The item's own words: in one option alone they name the value instead of showing it. */
const OWN: Readonly<Record<string, readonly RegExp[]>> = {
  F063: [/^gods?$/, /^allah$/, /^divine/, /^pray/, /^faith/, /^religio/, /^holy$/, /^sacred$/, /^bless/],
  Y003: [/^obe(y|die)/, /^autonom/, /^independen/, /^determin/, /^disciplin/],
  F120: [/^abort/, /^unborn$/, /^terminat/],
  G006: [/^proud/, /^pride$/, /^patriot/, /^nation/],
  E018: [/^authorit/, /^respect/, /^obe(y|die)/, /^defer/],
  A008: [/^happ(y|ily|iness|ier)$/, /^unhapp/, /^joy/, /^content(ed|ment)$/],
  A165: [/^trust/, /^distrust/, /^mistrust/, /^suspicio/, /^careful/],
  E025: [/^petition/, /^protest/, /^demand/],
  F118: [/^homosexual/, /^gay$/, /^lesbian/, /^same-sex$/, /^toleran/],
  Y002: [/^democra/, /^freedom/, /^order$/, /^materialis/, /^post-material/],
};

/**
 * Cue words that stand in one option and not in the other.
 * @param wvsId survey code; an unknown one is held to the poles' labels alone
 */
export function cueWords(wvsId: string, options: readonly [string, string]): string[] {
  const cues = [...LABELS, ...(OWN[wvsId] ?? [])];
  const hits = options.map((option) => wordsOf(option).filter((word) => cues.some((cue) => cue.test(word))));
  const shared = (word: string, other: readonly string[]): boolean =>
    cues.some((cue) => cue.test(word) && other.some((candidate) => cue.test(candidate)));
  const [first = [], second = []] = hits;
  return [...first.filter((word) => !shared(word, second)), ...second.filter((word) => !shared(word, first))];
}
