import { isFields, textOf } from './fields.ts';

/** A piece of plain prose about the world. */
export interface Passage {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly id: string;
  readonly text: string;
}

/** Reads the parsed file of passages: `{passages: [{id, text}]}`. Throws RangeError. */
export function readPassages(value: unknown): readonly Passage[] {
  const list = isFields(value) ? value['passages'] : undefined;
  if (!Array.isArray(list) || list.length === 0) throw new RangeError('It holds no list of passages.');
  return list.map((entry: unknown, index): Passage => {
    const fields = isFields(entry) ? entry : {};
    const [id, text] = [textOf(fields['id']), textOf(fields['text'])];
    if (!id || !text) throw new RangeError(`Passage ${index + 1} is not whole.`);
    return { index, id, text };
  });
}
