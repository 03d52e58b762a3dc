import { describe, expect, it } from 'vitest';
import { overlaps, boxAround } from '../../../src/charts/map/labels.ts';
import { societyLines, summaryOf } from '../../../src/charts/map/summary.ts';
import { tipPlace, tipSize } from '../../../src/charts/map/tip.ts';
import { layout, SIZES, societies, targets, undecided } from './human-map.ts';

describe.each(SIZES)('tooltips on a map of %i x %i pixels', (width, height) => {
  it('lie on the map and beside their dot, for every society', () => {
    const { scales } = layout(width, height);
    const bounds = { x0: 0, y0: 0, x1: width, y1: height };
    for (const society of societies) {
      const dot = { x: scales.x(society.x), y: scales.y(society.y) };
      const lines = societyLines(society, targets.has(society.iso3));
      const { left, top } = tipPlace(dot, lines, bounds);
      const size = tipSize(lines);
      const box = { x0: left, y0: top, x1: left + size.width, y1: top + size.height };
      expect(box.x0, society.name).toBeGreaterThanOrEqual(0);
      expect(box.x1, society.name).toBeLessThanOrEqual(width);
      expect(box.y0, society.name).toBeGreaterThanOrEqual(0);
      expect(box.y1, society.name).toBeLessThanOrEqual(height);
      expect(overlaps(box, boxAround(dot.x, dot.y, 4)), society.name).toBe(false);
    }
  });
});

describe('the map in words', () => {
  const denmark = { iso3: 'DNK', name: 'Denmark', zone: 'Protestant Europe', x: 2.5315, y: -0.5018 };

  it('gives name, zone and place to two decimals', () => {
    expect(societyLines(denmark, false)).toEqual(['Denmark', 'Protestant Europe', 'x 2.53, y −0.50']);
    expect(societyLines(denmark, true).at(-1)).toBe('target nation');
    expect(societyLines({ ...denmark, x: -0.001 }, false)[2]).toContain('x 0.00');
  });

  it('names the targets, the domains and the direct place', () => {
    const words = summaryOf(societies, targets, {
      indifferent: undecided,
      model: { x: 0, y: 0, label: 'A model' },
      trail: [],
      domains: [{ x: 1, y: 2, label: 'legal' }],
      direct: { x: -1, y: 0.5, label: 'Asked directly' },
    });
    expect(words).toContain('Ringed: Denmark, India, Mexico and Vietnam.');
    expect(words).toContain('legal 1.00 across, 2.00 up');
    expect(words).toContain('Asked directly: -1.00 across, 0.50 up.');
  });
});
