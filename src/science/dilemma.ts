import { isFields, textOf } from './fields.ts';
import type { ForcedChoice, Letter } from './forced-choice.ts';
import { AXES, itemOf, type Axis } from './item.ts';

/** One forced choice between the poles of a survey item. */
export interface Dilemma extends ForcedChoice {
  readonly wvsId: string;
  readonly axis: Axis;
  /** As written in the file; compare through `domainKey`. */
  readonly domain: string;
  /** The half of its set that it belongs to, where the file says so. */
  readonly split?: string;
}

/** What is wrong with one entry of a scenario file, in a sentence. */
export interface Problem {
  /** Place in the file, from 0; -1 when the file as a whole is wrong. */
  readonly index: number;
  readonly field: string;
  readonly message: string;
  /** Line of the file, from 1, where whoever read its text knows it. */
  readonly line?: number;
}

export type ScenarioReading =
  | { readonly ok: true; readonly dilemmas: readonly Dilemma[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The domain in lower case, so that files that write `Workplace` group with ours. */
export function domainKey(domain: string): string {
  return domain.trim().toLowerCase();
}

/** The axis of an unknown item is taken from the words of `dimension`. */
function axisOf(wvsId: string, dimension: string): Axis | undefined {
  const known = itemOf(wvsId);
  if (known) return known.axis;
  const key = dimension.toLowerCase();
  if (key.includes('secular')) return AXES[0];
  if (key.includes('surviv')) return AXES[1];
  return undefined;
}

/** The id that an entry states: a text or a whole number. */
function statedId(entry: unknown): string | undefined {
  const id = isFields(entry) ? entry['id'] : undefined;
  return Number.isSafeInteger(id) ? String(id) : textOf(id);
}

/**
 * Ids for all entries: stated ones as they are, those of entries that state none made of item, domain and place, and one
 * that stood before (files made elsewhere number their dilemmas anew in each item) made its own by a number: answers are
 * paired by id.
 */
function idsOf(entries: readonly unknown[]): string[] {
  const stated = new Set(entries.map(statedId));
  const taken = new Set<string>();
  return entries.map((entry, index) => {
    const fields = isFields(entry) ? entry : {};
    const own = statedId(entry);
    let id = own ?? `${textOf(fields['wvs_id'])}-${domainKey(textOf(fields['domain']) ?? '')}-${index}`;
    while (own === undefined && stated.has(id)) id += '+';
    for (let again = 2; taken.has(id); again++) if (!taken.has(`${id} (${again})`)) id = `${id} (${again})`;
    taken.add(id);
    return id;
  });
}

function readOne(entry: unknown, index: number, id: string, problems: Problem[]): Dilemma | undefined {
  const before = problems.length;
  const fault = (field: string, message: string): void => void problems.push({ index, field, message });
  if (!isFields(entry)) {
    fault('', 'is not an object');
    return undefined;
  }
  const wvsId = textOf(entry['wvs_id']);
  if (!wvsId) fault('wvs_id', 'is missing or empty');
  const dimension = textOf(entry['dimension']);
  if (!dimension) fault('dimension', 'is missing or empty');
  const domain = textOf(entry['domain']);
  if (!domain) fault('domain', 'is missing or empty');
  const scenario = textOf(entry['scenario_text']);
  if (!scenario) fault('scenario_text', 'is missing or empty');

  const options = entry['options'];
  const optionA = isFields(options) ? textOf(options['A']) : undefined;
  const optionB = isFields(options) ? textOf(options['B']) : undefined;
  if (!isFields(options)) fault('options', 'is missing; it should hold exactly the two options A and B');
  else {
    const keys = Object.keys(options);
    if (keys.length !== 2 || !('A' in options) || !('B' in options))
      fault(
        'options',
        `has ${keys.length} options (${keys.join(', ')}); there should be exactly two, A and B`,
      );
    else if (!optionA || !optionB) fault('options', 'has an empty option');
    else if (optionA.trim() === optionB.trim()) fault('options', 'has the same text at A and B');
  }

  const mapping = entry['mapping'];
  let highAt: Letter | undefined;
  if (!isFields(mapping))
    fault('mapping', 'is missing; it should say which letter is the low_pole and which the high_pole');
  else {
    const low = mapping['low_pole'];
    const high = mapping['high_pole'];
    const isLetter = (value: unknown): value is Letter => value === 'A' || value === 'B';
    if (!isLetter(low) || !isLetter(high))
      fault('mapping', 'should name A or B for low_pole and for high_pole');
    else if (low === high) fault('mapping', 'gives the same letter to both poles');
    else highAt = high;
  }

  const axis = wvsId && dimension ? axisOf(wvsId, dimension) : undefined;
  if (wvsId && dimension && !axis)
    fault(
      'wvs_id',
      `"${wvsId}" is none of the ten items, and its dimension "${dimension}" names neither axis`,
    );

  if (problems.length > before || !wvsId || !domain || !scenario || !optionA || !optionB || !highAt || !axis)
    return undefined;
  const split = textOf(entry['split']);
  return {
    index,
    id,
    wvsId,
    axis,
    domain,
    ...(split === undefined ? {} : { split }),
    scenario,
    options: { A: optionA, B: optionB },
    highAt,
  };
}

/**
 * Reads a scenario file's parsed JSON: an array of
 * `{wvs_id, dimension, domain, scenario_text, options: {A, B}, mapping: {low_pole, high_pole}}`.
 * Further keys are tolerated. Never throws: every fault of every entry is listed.
 */
export function readDilemmas(value: unknown): ScenarioReading {
  if (!Array.isArray(value))
    return {
      ok: false,
      problems: [{ index: -1, field: '', message: 'the file is not a JSON array of dilemmas' }],
    };
  if (value.length === 0)
    return { ok: false, problems: [{ index: -1, field: '', message: 'the file holds no dilemma' }] };
  const problems: Problem[] = [];
  const ids = idsOf(value);
  const dilemmas = value.flatMap((entry, index) => readOne(entry, index, ids[index] ?? '', problems) ?? []);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, dilemmas };
}

/** A problem as one readable line. */
export function problemLine({ index, field, message, line }: Problem): string {
  const where = [line === undefined ? [] : `line ${line}`, index < 0 ? [] : `dilemma ${index + 1}`]
    .flat()
    .join(', ');
  return `${where ? `${where}: ` : ''}${field ? `${field} ` : ''}${message}`;
}
