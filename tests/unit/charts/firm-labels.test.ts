import { describe, expect, it } from 'vitest';
import { firmLabels } from '../../../src/charts/map/firm-labels.ts';
import { boxAround, distanceTo, overlaps } from '../../../src/charts/map/labels.ts';

const bounds = { x0: 0, y0: 0, x1: 300, y1: 200 };
const options = { bounds, fontSize: 12, gap: 8, own: 4, obstacles: [] };

describe('labels that are never left out', () => {
  it('stand to the right where nothing is in the way', () => {
    const [label] = firmLabels([{ key: 'a', text: 'Denmark', x: 100, y: 100 }], options);
    expect(label).toMatchObject({ anchor: 'start', dx: 8 });
    expect(label?.leader).toBeUndefined();
  });

  it('stay inside at every corner and off their own dot', () => {
    for (const x of [1, 299])
      for (const y of [1, 199]) {
        const [label] = firmLabels([{ key: 'a', text: 'Denmark', x, y }], options);
        if (!label) throw new Error('a label is never left out');
        expect(label.box.x0).toBeGreaterThanOrEqual(0);
        expect(label.box.x1).toBeLessThanOrEqual(300);
        expect(label.box.y0).toBeGreaterThanOrEqual(0);
        expect(label.box.y1).toBeLessThanOrEqual(200);
        expect(overlaps(label.box, boxAround(x, y, 4))).toBe(false);
      }
  });

  it('go out and leave a line where the places near by are taken', () => {
    const wall = { box: boxAround(100, 100, 30), cost: 100 };
    const [label] = firmLabels([{ key: 'a', text: 'legal', x: 100, y: 100 }], {
      ...options,
      obstacles: [wall],
    });
    expect(label && overlaps(label.box, wall.box)).toBe(false);
    expect(label?.leader && Math.hypot(label.leader.dx, label.leader.dy)).toBeCloseTo(
      label ? distanceTo(label.box, { x: 100, y: 100 }) : NaN,
    );
  });

  it('stand nearer to their own dot than to a neighbour', () => {
    const dots = [
      { key: 'a', text: 'family', x: 100, y: 100 },
      { key: 'b', text: 'legal', x: 112, y: 104 },
      { key: 'c', text: 'workplace', x: 104, y: 110 },
    ];
    for (const [i, label] of firmLabels(dots, options).entries())
      for (const [j, dot] of dots.entries())
        if (i !== j)
          expect(distanceTo(label.box, dot)).toBeGreaterThan(distanceTo(label.box, dots[i] ?? dot));
  });
});
