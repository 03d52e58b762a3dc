import { readFileSync } from 'node:fs';
import { ITEMS, itemOf } from '../../src/science/item.ts';

/** A dilemma as it is written: poles by name, so that nobody deals out letters by hand. */
export interface Draft {
  readonly domain: string;
  readonly split: string;
  readonly number: number;
  readonly scene: string;
  readonly low: string;
  readonly high: string;
}

/** A dilemma as scenario files hold it. */
export interface ScenarioEntry {
  readonly id: string;
  readonly wvs_id: string;
  readonly dimension: string;
  readonly domain: string;
  readonly split: string;
  readonly scenario_text: string;
  readonly options: { readonly A: string; readonly B: string };
  readonly mapping: { readonly low_pole: 'A' | 'B'; readonly high_pole: 'A' | 'B' };
}

export const DOMAINS = ['workplace', 'family', 'legal'] as const;

/** The drafts of one item: its dilemmas, or second wordings of some. */
export function readDrafts(item: string, kind: 'dilemmas' | 'paraphrases' = 'dilemmas'): readonly Draft[] {
  const name = kind === 'dilemmas' ? `${item}.json` : `${item}.paraphrases.json`;
  return JSON.parse(readFileSync(new URL(`drafts/${name}`, import.meta.url), 'utf8')) as readonly Draft[];
}

/**
 * Deals the letters: the low pole stands at A in half of each item x domain x split (numbers odd or even), and in half of
 * each thirty dilemmas that share a number, so that the file's first ones are balanced, too.
 */
export function entryOf(item: string, { domain, split, number, scene, low, high }: Draft): ScenarioEntry {
  const axis = itemOf(item)?.axis;
  const place = DOMAINS.findIndex((name) => name === domain);
  if (!axis || place < 0) throw new RangeError(`${item} ${domain} is no item and domain.`);
  const rank = ITEMS.findIndex(({ code }) => code === item);
  const lowAtA = (number + rank + place) % 2 === 1;
  return {
    id: `${item}-${domain}-${split}-${String(number).padStart(2, '0')}`,
    wvs_id: item,
    dimension: axis,
    domain,
    split,
    scenario_text: scene,
    options: lowAtA ? { A: low, B: high } : { A: high, B: low },
    mapping: lowAtA ? { low_pole: 'A', high_pole: 'B' } : { low_pole: 'B', high_pole: 'A' },
  };
}

/**
 * All items' dilemmas of one split, in rounds: number by number, domain by domain, item by item, so that any beginning of
 * the file covers what it can.
 */
export function roundRobin(drafts: ReadonlyMap<string, readonly Draft[]>, split: string): ScenarioEntry[] {
  const numbers = [...new Set([...drafts.values()].flat().map(({ number }) => number))].sort((a, b) => a - b);
  return numbers.flatMap((number) =>
    DOMAINS.flatMap((domain, turn) =>
      ITEMS.flatMap((_, i) => {
        // Items start one further on in each domain, so that no item is always asked first.
        const { code } = ITEMS[(i + 3 * turn + number) % ITEMS.length] ?? { code: '' };
        const draft = drafts
          .get(code)
          ?.find((entry) => entry.number === number && entry.domain === domain && entry.split === split);
        return draft ? [entryOf(code, draft)] : [];
      }),
    ),
  );
}
