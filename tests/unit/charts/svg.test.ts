import { describe, expect, test } from 'vitest';
import { doseSvg, type DoseSvg } from '../../../src/charts/svg/dose-svg.ts';
import { heatmapSvg, type HeatmapSvg } from '../../../src/charts/svg/heatmap-svg.ts';
import { mapSvg, type MapSvg } from '../../../src/charts/svg/map-svg.ts';
import { markup } from '../../../src/charts/svg/markup.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { societies, targets, undecided } from './human-map.ts';
import { wellFormed } from './well-formed.ts';

const AXIS_NAMES = ['Traditional – secular-rational', 'Survival – self-expression'];

const small: HeatmapSvg = {
  title: 'What each axis’s vector does to both axes',
  description: 'Rows are vectors.',
  rowTitle: 'Vector',
  columnTitle: 'Measured',
  rows: AXIS_NAMES,
  columns: AXIS_NAMES,
  cells: [
    [
      { value: 1.43, low: 1.2, high: 1.6, mark: '*†' },
      { value: -0.4, low: -0.6, high: -0.2, mark: '*' },
    ],
    [{ value: 0.01, low: -0.2, high: 0.2, muted: true }, undefined],
  ],
  notes: ['Nats for each unit of strength.', '* p < 0.05 after Holm.'],
};

const names = ITEMS.map(({ name }) => name);
const large: HeatmapSvg = {
  ...small,
  title: 'What each item’s vector does to all items',
  rows: names,
  columns: names,
  cells: names.map((_, r) =>
    names.map((_name, c) => {
      const value = Math.sin(3 * r + c) * (r === c ? 2 : 0.5);
      return { value, low: value - 0.3, high: value + 0.3, muted: Math.abs(value) < 0.3 };
    }),
  ),
};

const line = (slope: number) =>
  [-0.2, -0.1, 0, 0.1, 0.2].map((strength) => ({
    strength,
    value: slope * strength,
    ...(strength === 0 ? {} : { low: slope * strength - 0.04, high: slope * strength + 0.03 }),
  }));
const dose: DoseSvg = {
  title: 'How far both axes move with the strength of the push',
  description: 'A panel for each vector.',
  xTitle: 'strength, multiples of the residual norm',
  yTitle: 'shift',
  panels: AXIS_NAMES.map((title, i) => ({
    title,
    lines: [
      { label: 'Its own', other: false, points: line(1.4), chance: [line(0.1), line(-0.15)] },
      { label: 'The other', other: true, points: line(0.3 + i), chance: [] },
    ],
  })),
  notes: ['Up: shift toward the high pole, nats. Thin lines: 2 random vectors.'],
};

const map: MapSvg = {
  title: 'Where the model stands among human societies',
  description: 'It stands near the middle.',
  societies,
  targets: [...targets],
  model: {
    ...{ x: 0.4, y: -0.5, label: 'A model' },
    ellipse: { major: 0.4, minor: 0.2, angle: 0.6 },
  },
  pushed: [
    {
      label: 'secular-rational',
      tone: 'high',
      points: [
        { x: 0.5, y: -0.1 },
        { x: 0.7, y: 0.4 },
      ],
    },
    { label: 'traditional', tone: 'low', points: [{ x: 0.2, y: -1 }] },
  ],
  indifferent: undecided,
  notes: ['Large point: the model without a push; oval: 95 % region.'],
};

const drawings: readonly (readonly [string, () => string])[] = [
  ['heatmap-axes', () => heatmapSvg(small)],
  ['heatmap-items', () => heatmapSvg(large)],
  ['dose', () => doseSvg(dose)],
  ['map', () => mapSvg(map)],
];

describe.each(drawings)('%s', (name, draw) => {
  const svg = draw();

  test('looks as it did', async () => {
    await expect(svg).toMatchFileSnapshot(`drawings/${name}.svg`);
  });

  test('is the same to the byte when it is drawn again', () => {
    expect(draw()).toBe(svg);
  });

  test('is well-formed, whole in itself, and has no figure that is none', () => {
    expect(wellFormed(svg)).toBe('');
    expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(svg).not.toMatch(/\sid=|href|url\(|var\(|class=/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });
});

test('a text in a drawing stays text', () => {
  const svg = heatmapSvg({ ...small, title: '<img onerror="x">&', rows: ['<b>', '"'] });
  expect(svg).not.toMatch(/<(?:img|b)/);
  expect(wellFormed(svg)).toBe('');
});

test('what is no number is refused rather than drawn', () => {
  expect(() => markup`${NaN}`).toThrow(RangeError);
  expect(() => mapSvg({ ...map, model: { x: NaN, y: 0, label: 'nowhere' } })).toThrow(RangeError);
});

test('a drawing without a push, an ellipse or an interval is whole', () => {
  const bare = mapSvg({ ...map, model: { x: 0, y: 0, label: 'A model' }, pushed: [] });
  expect(wellFormed(bare)).toBe('');
  expect(wellFormed(heatmapSvg({ ...small, cells: [[{ value: 0 }, undefined], []] }))).toBe('');
});
