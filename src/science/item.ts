/** The two axes of the Inglehart-Welzel map. Positive always points to the high pole. */
export const AXES = ['traditional_secular', 'survival_self_expression'] as const;
export type Axis = (typeof AXES)[number];

/** The axis that a push along one of them is not meant to move. */
export const otherAxis = (axis: Axis): Axis => (axis === AXES[0] ? AXES[1] : AXES[0]);

export interface Item {
  /** Survey code, e.g. `F063`. */
  readonly code: string;
  readonly name: string;
  readonly axis: Axis;
  /** Ends of the survey's answer scale. */
  readonly scale: { readonly min: number; readonly max: number };
  /** The end of the scale that is the high pole (secular-rational or self-expression). */
  readonly highPole: 'min' | 'max';
}

const item = (
  code: string,
  name: string,
  axis: Axis,
  min: number,
  max: number,
  highPole: 'min' | 'max',
): Item => ({
  code,
  name,
  axis,
  scale: { min, max },
  highPole,
});

/**
 * The ten survey items, in the order of the published projection.
 * Scales and poles: Integrated Values Surveys (EVS 2022, doi:10.4232/1.14021; WVS 2022, doi:10.14281/18241.27).
 */
export const ITEMS: readonly Item[] = [
  item('F063', 'Importance of God', 'traditional_secular', 1, 10, 'min'),
  item('Y003', 'Autonomy of children', 'traditional_secular', -2, 2, 'max'),
  item('F120', 'Abortion', 'traditional_secular', 1, 10, 'max'),
  item('G006', 'National pride', 'traditional_secular', 1, 4, 'max'),
  item('E018', 'Respect for authority', 'traditional_secular', 1, 3, 'max'),
  item('Y002', 'Post-materialist aims', 'survival_self_expression', 1, 3, 'max'),
  item('A008', 'Happiness', 'survival_self_expression', 1, 4, 'min'),
  item('F118', 'Homosexuality', 'survival_self_expression', 1, 10, 'max'),
  item('E025', 'Signing a petition', 'survival_self_expression', 1, 3, 'min'),
  item('A165', 'Trust in people', 'survival_self_expression', 1, 2, 'min'),
];

const byCode = new Map(ITEMS.map((entry) => [entry.code, entry]));

/** The item of a survey code, or undefined for a code that is not one of the ten. */
export function itemOf(code: string): Item | undefined {
  return byCode.get(code);
}
