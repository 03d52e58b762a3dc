import { readFileSync } from 'node:fs';
import {
  frameOf,
  scalesOf,
  wholeDomain,
  type Frame,
  type MapScales,
  type MapSociety,
} from '../../../src/charts/map/geometry.ts';
import { mapWords, type MapWords } from '../../../src/charts/map/map-words.ts';
import type { ModelMarks } from '../../../src/charts/map/mark-labels.ts';
import { sizesOf } from '../../../src/charts/map/sizes.ts';
import { zonesOf } from '../../../src/charts/map/zones.ts';
import { TARGETS } from '../../../src/science/culture-map.ts';

/** The societies that the page ships. */
export const societies = (
  JSON.parse(readFileSync('public/human/societies.json', 'utf8')) as { societies: MapSociety[] }
).societies;

/** The drawing's size on a desktop, on a small laptop and on a phone. */
export const SIZES = [
  [900, 560],
  [600, 420],
  [350, 430],
] as const;

export const targets: ReadonlySet<string> = new Set(TARGETS);

export const undecided = { x: 0.038, y: -0.1 };

export interface Layout {
  readonly frame: Frame;
  readonly scales: MapScales;
  readonly words: MapWords;
}

/** The whole map at rest with these marks. */
export function layout(width: number, height: number, given: Partial<ModelMarks> = {}): Layout {
  const marks: ModelMarks = { indifferent: undecided, trail: [], domains: [], ...given };
  const frame = frameOf(width, height);
  const points = [marks.indifferent, marks.model, marks.steered, marks.direct, ...marks.domains];
  const domain = wholeDomain(
    societies,
    points.filter((point) => point !== undefined),
  );
  const scales = scalesOf(domain, frame);
  const sizes = sizesOf(frame.narrow);
  const words = mapWords(zonesOf(societies), marks, scales, frame, { zonesVisible: true, targets, sizes });
  return { frame, scales, words };
}
