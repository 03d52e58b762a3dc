/** A faultless entry of a scenario file, its texts told apart by its place. */
export const entryOf = (place: number, change: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: `d-${place}`,
  wvs_id: 'F063',
  dimension: 'traditional_secular',
  domain: 'workplace',
  split: 'test',
  scenario_text: `Scene ${place}.`,
  options: { A: `Do this ${place}.`, B: `Do that ${place}.` },
  mapping: { low_pole: 'A', high_pole: 'B' },
  ...change,
});

/** The line, from 1, in which some text first stands; line ends as editors count them. */
export function lineOf(text: string, part: string): number {
  const at = text.indexOf(part);
  if (at < 0) throw new Error(`${part} does not stand in the text.`);
  return text.slice(0, at).split(/\r\n|\r|\n/).length;
}
