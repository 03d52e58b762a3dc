import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, plotOf, scalesOf, type NamedMark } from '../../../src/charts/map/geometry.ts';
import { overlaps, type Box } from '../../../src/charts/map/labels.ts';
import { mapWords } from '../../../src/charts/map/map-words.ts';
import type { ModelMarks } from '../../../src/charts/map/mark-labels.ts';
import { sizesOf } from '../../../src/charts/map/sizes.ts';
import { layout, SIZES, targets, undecided } from './human-map.ts';

const place = fc.record({
  x: fc.double({ min: -2, max: 2.8, noNaN: true }),
  y: fc.double({ min: -2, max: 2.2, noNaN: true }),
});

/** A model anywhere, its domains near it or far off, asked directly or not, steered or not. */
const anyMarks: fc.Arbitrary<Partial<ModelMarks>> = fc
  .record({
    model: place,
    steered: fc.option(place, { nil: undefined }),
    direct: fc.option(place, { nil: undefined }),
    spread: fc.double({ min: 0, max: 1, noNaN: true }),
    away: fc.array(place, { minLength: 3, maxLength: 3 }),
  })
  .map(({ model, steered, direct, spread, away }) => ({
    model: { ...model, label: 'SmolLM2 135M' },
    steered,
    direct: direct && { ...direct, label: 'asked directly' },
    domains: ['workplace', 'family', 'legal'].map((label, i): NamedMark => {
      const to = away[i] ?? model;
      return { label, x: model.x + spread * (to.x - model.x), y: model.y + spread * (to.y - model.y) };
    }),
  }));

const inside = (box: Box, plot: Box): boolean =>
  box.x0 >= plot.x0 && box.x1 <= plot.x1 && box.y0 >= plot.y0 && box.y1 <= plot.y1;

function clashes(boxes: readonly Box[]): number {
  return boxes.flatMap((box, i) => boxes.slice(i + 1).filter((other) => overlaps(box, other))).length;
}

describe.each(SIZES)('the words of a map of %i x %i pixels', (width, height) => {
  it('name every target inside the plot, wherever the model stands', () => {
    fc.assert(
      fc.property(anyMarks, (marks) => {
        const { words, frame } = layout(width, height, marks);
        expect(new Set(words.targets.map(({ key }) => key))).toEqual(targets);
        expect(words.targets.every(({ box }) => inside(box, plotOf(frame)))).toBe(true);
        expect(clashes(words.targets.map(({ box }) => box))).toBe(0);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it('keep the domains’, the direct survey’s and the model’s name apart and inside', () => {
    fc.assert(
      fc.property(anyMarks, (marks) => {
        const { words, frame } = layout(width, height, marks);
        expect(words.domains.map(({ text }) => text)).toEqual(['workplace', 'family', 'legal']);
        const own = [...words.domains, words.name, words.direct].flatMap((label) => label?.box ?? []);
        expect(own.every((box) => inside(box, plotOf(frame)))).toBe(true);
        expect(clashes(own)).toBe(0);
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  it('keep the domains apart where all three stand on the model', () => {
    for (const at of [undecided, { x: 2.6, y: 0.5 }, { x: -1.7, y: 1.5 }]) {
      const domains = ['workplace', 'family', 'legal'].map((label) => ({ ...at, label }));
      const { words } = layout(width, height, { model: { ...at, label: 'a model' }, domains });
      expect(clashes([...words.domains, words.name].flatMap((label) => label?.box ?? []))).toBe(0);
    }
  });

  it('name all eight zones, clear of each other, of targets and of societies', () => {
    const { words } = layout(width, height);
    expect(words.zones).toHaveLength(8);
    const all = [...words.zones, ...words.targets, ...words.societies].map(({ box }) => box);
    expect(clashes(words.undecided ? [...all, words.undecided.box] : all)).toBe(0);
  });

  it('take other societies’ names away from under the model’s', () => {
    const model = { x: 0.4, y: 0.2, label: 'SmolLM2 135M' };
    const { words } = layout(width, height, { model });
    const box = words.name?.box;
    expect(box && words.societies.some((label) => overlaps(label.box, box))).toBe(false);
  });

  it('are the same each time', () => {
    const marks = { model: { ...undecided, label: 'a model' } };
    expect(layout(width, height, marks).words).toEqual(layout(width, height, marks).words);
  });
});

describe('a map that shows only a part', () => {
  it('has no word for a cross that is out of view', () => {
    const frame = frameOf(900, 560);
    const scales = scalesOf({ x0: 1, x1: 2, y0: 1, y1: 2 }, frame);
    const marks = { indifferent: undecided, trail: [], domains: [], model: { x: 1.5, y: 1.5, label: 'm' } };
    const words = mapWords([], marks, scales, frame, {
      zonesVisible: true,
      targets,
      sizes: sizesOf(false),
    });
    expect(words.undecided).toBeUndefined();
    expect(words.name?.text).toBe('m');
  });
});
