import { isFields } from '../science/fields.ts';
import { invalid } from './faults.ts';
import { parseJson } from './json-text.ts';
import { layerOf } from './collect.ts';
import { CONVENTION, type VectorFile, type VectorNotes } from './vector-file.ts';

type Known = Pick<VectorFile, 'norms' | 'notes'>;

/** What a file of ours says beside its numbers, as a value of JSON. */
export function knownValue({
  norms,
  notes,
  agreement,
}: Known & Pick<VectorFile, 'agreement'>): Record<string, unknown> {
  return {
    convention: CONVENTION,
    notes,
    residual_norms: Object.fromEntries(norms),
    ...(agreement && agreement.size > 0 ? { agreement: Object.fromEntries(agreement) } : {}),
  };
}

/** The same as a text: GGUF, safetensors and npz keep it as one. */
export const knownText = (known: Known & Pick<VectorFile, 'agreement'>): string =>
  JSON.stringify(knownValue(known));

/** Reads it back; what is no note is left out, as a later version may write more. Throws vector-invalid. */
export function readKnown(value: unknown): Known {
  if (!isFields(value)) return { norms: new Map(), notes: {} };
  const notes = Object.fromEntries(
    Object.entries(isFields(value['notes']) ? value['notes'] : {}).filter(
      ([, note]) => typeof note === 'string' || (typeof note === 'number' && Number.isFinite(note)),
    ),
  ) as VectorNotes;
  const norms = new Map<number, number>();
  for (const [layer, norm] of Object.entries(
    isFields(value['residual_norms']) ? value['residual_norms'] : {},
  )) {
    if (typeof norm !== 'number' || !(norm >= 0) || norm === Infinity)
      throw invalid(`The residual norm of layer ${layer} is no finite number from 0.`);
    norms.set(layerOf(layer, 'A residual norm'), norm);
  }
  return { norms, notes };
}

export function readKnownText(text: string): Known {
  return readKnown(parseJson('What the file says of its vectors', text));
}
