/** Where a value stands on the diverging scale: toward which pole, and how strongly from 0 (no colour) to 3. */
export interface Tone {
  readonly pole: 'low' | 'high';
  readonly step: 0 | 1 | 2 | 3;
}

/** From these sizes on a value has the colour of step 1, 2 and 3. */
export const TONE_STEPS = [0.05, 0.15, 0.3] as const;

/** The tone of a value; no colour for what is no number. */
export function toneOf(value: number | undefined): Tone {
  const size = Math.abs(value ?? 0);
  const step = TONE_STEPS.filter((from) => size >= from).length as Tone['step'];
  return { pole: (value ?? 0) < 0 ? 'low' : 'high', step };
}
