import type { FirmLabel } from './firm-labels.ts';
import { plotOf, type Frame, type MapScales } from './geometry.ts';
import { boxAround, overlaps, within, type Box } from './labels.ts';
import { mapLabels, type MapLabels } from './map-labels.ts';
import { markBoxes, markLabels, undecidedLabel, type MarkLabels, type ModelMarks } from './mark-labels.ts';
import type { Sizes } from './sizes.ts';
import type { Zone } from './zones.ts';

/** Every word inside the plot, laid out together. */
export interface MapWords extends MapLabels, MarkLabels {
  readonly undecided: FirmLabel | undefined;
}

export interface MapWordsOptions {
  readonly zonesVisible: boolean;
  readonly targets: ReadonlySet<string>;
  readonly sizes: Sizes;
}

/**
 * Places for a map at rest. The cross, the targets and the model's marks always have their word; zones move aside for
 * them, and other societies' names give way.
 */
export function mapWords(
  zones: readonly Zone[],
  marks: ModelMarks,
  scales: MapScales,
  frame: Frame,
  { zonesVisible, targets, sizes }: MapWordsOptions,
): MapWords {
  const points = markBoxes(marks, scales, sizes);
  const undecided = undecidedLabel(marks, scales, frame, sizes);
  const cross = { x: scales.x(marks.indifferent.x), y: scales.y(marks.indifferent.y) };
  const free: Box[] = within(cross, plotOf(frame)) ? [boxAround(cross.x, cross.y, 6)] : [];
  if (undecided) free.push(undecided.box);
  const human = mapLabels(zones, scales, frame, { zonesVisible, targets, sizes, free, marks: points });
  const own = markLabels(marks, scales, frame, sizes, [
    ...free.map((box) => ({ box, cost: 100 })),
    ...human.targets.map(({ box }) => ({ box, cost: 300 })),
    ...human.zones.map(({ box }) => ({ box, cost: 60 })),
    ...human.societies.map(({ box }) => ({ box, cost: 1 })),
    ...human.dots.map(({ x, y }) => ({ box: boxAround(x, y, 2), cost: 1.5 })),
  ]);
  const above = [...points, ...[own.name, own.direct, ...own.domains].flatMap((label) => label?.box ?? [])];
  const societies = human.societies.filter(({ box }) => !above.some((other) => overlaps(box, other)));
  return { ...human, ...own, societies, undecided };
}
