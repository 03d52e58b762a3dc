import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PHANTOM_CHOICES } from '../../../src/experiments/model-choice.ts';
import { phantomFiles, PHANTOMS } from '../../../src/experiments/phantoms.ts';
import { mapPoint, MAP_MODES, type MapPoint, type Projection } from '../../../src/science/culture-map.ts';
import { AXES, ITEMS, type Axis } from '../../../src/science/item.ts';

const PUBLIC = fileURLToPath(new URL('../../../public/', import.meta.url));
const folder = (id: string): string => `${PUBLIC}phantoms/${id}/`;
const json = <Value>(path: string): Value => JSON.parse(readFileSync(path, 'utf8')) as Value;

interface Shift {
  readonly axis: Axis;
  readonly answers: number;
  readonly own: number;
  readonly other: number;
}

interface Truth {
  readonly population: { readonly rho: number; readonly slope: number };
  readonly items: Readonly<
    Record<
      string,
      { readonly axis: Axis; readonly offset: number; readonly p_high: number; readonly log_odds: number }
    >
  >;
  readonly axes: Readonly<Record<Axis, number>>;
  readonly map: Readonly<Record<(typeof MAP_MODES)[number], MapPoint>>;
  readonly bayes_shift: readonly Shift[];
  readonly tolerance: { readonly item_log_odds: number };
  readonly measured: {
    readonly labels: Readonly<
      Record<
        string,
        {
          readonly items: Readonly<Record<string, { readonly mean: number }>>;
          readonly answer_mass: number;
          readonly own: Readonly<Record<Axis, { readonly mean: number }>>;
        }
      >
    >;
    readonly steering: {
      readonly reference_layer: number;
      readonly layers: readonly {
        readonly response: Readonly<
          Record<Axis, { readonly own: { readonly mean: number }; readonly drift: { readonly mean: number } }>
        >;
      }[];
    };
  };
}

/** Mean of a function over the standard normal distribution: the trapezoid rule, which is exact to rounding here. */
function overNormal(of: (theta: number) => number): number {
  let sum = 0;
  let weights = 0;
  for (let theta = -9; theta <= 9; theta += 1 / 64) {
    const weight = Math.exp(-(theta ** 2) / 2);
    sum += weight * of(theta);
    weights += weight;
  }
  return sum / weights;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

it('every phantom of the page has a folder, and the other way round', () => {
  expect(readdirSync(`${PUBLIC}phantoms`).sort()).toEqual(PHANTOMS.map(({ id }) => id).sort());
  expect(
    PHANTOM_CHOICES.every(({ calibration, summary }) => calibration && /calibration model/.test(summary)),
  ).toBe(true);
});

describe.each(PHANTOMS.map(({ id }) => id))('%s', (id) => {
  const truth = json<Truth>(`${folder(id)}truth.json`);

  it('takes less than 3 MB', () => {
    const sizes = readdirSync(folder(id)).map((name) => statSync(folder(id) + name).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3e6);
  });

  it('states what an empty prompt has to give: the mean over all personas', () => {
    expect(Object.keys(truth.items).sort()).toEqual(ITEMS.map(({ code }) => code).sort());
    for (const [code, { axis, offset, p_high, log_odds }] of Object.entries(truth.items)) {
      expect(axis).toBe(ITEMS.find((item) => item.code === code)?.axis);
      const p = overNormal((theta) => sigmoid(truth.population.slope * theta + offset));
      expect(p_high).toBeCloseTo(p, 3);
      expect(log_odds).toBeCloseTo(Math.log(p / (1 - p)), 3);
    }
    for (const axis of AXES) {
      const own = Object.values(truth.items).filter((item) => item.axis === axis);
      expect(truth.axes[axis]).toBeCloseTo(
        own.reduce((sum, { log_odds }) => sum + log_odds, 0) / own.length,
        3,
      );
    }
  });

  it('states the place on the map that its probabilities have', () => {
    const projection = json<Projection>(`${PUBLIC}human/projection.json`);
    const scores = new Map(Object.entries(truth.items).map(([code, { p_high }]) => [code, p_high]));
    for (const mode of MAP_MODES) {
      const place = mapPoint(scores, projection, mode);
      expect(truth.map[mode].x).toBeCloseTo(place?.x ?? NaN, 2);
      expect(truth.map[mode].y).toBeCloseTo(place?.y ?? NaN, 2);
    }
  });

  it('keeps its opinions, and what steering does to them, under the labels of the relabelling control', () => {
    const { labels, steering } = truth.measured;
    expect(Object.keys(labels).sort()).toEqual(['12', 'XY']);
    const response = steering.layers[steering.reference_layer]?.response;
    for (const { items, answer_mass, own } of Object.values(labels)) {
      expect(answer_mass).toBeGreaterThan(0.95);
      for (const [code, { log_odds }] of Object.entries(truth.items))
        expect(Math.abs((items[code]?.mean ?? NaN) - log_odds)).toBeLessThan(truth.tolerance.item_log_odds);
      for (const axis of AXES) {
        const ofFirst = own[axis].mean / (response?.[axis].own.mean ?? NaN);
        expect(ofFirst).toBeGreaterThan(0.8);
        expect(ofFirst).toBeLessThan(1.25);
      }
    }
  });

  it('infers of the other axis what its correlation allows', () => {
    const { rho } = truth.population;
    for (const { own, other } of truth.bayes_shift) {
      if (rho === 0) expect(Math.abs(other)).toBeLessThan(1e-3);
      else {
        // Of the same sign, and never more than the axis that was asked about.
        expect(other / own).toBeGreaterThan(0.5 * rho);
        expect(other / own).toBeLessThan(1);
      }
    }
    for (const axis of AXES) {
      const rising = truth.bayes_shift.filter((shift) => shift.axis === axis && shift.own > 0);
      const values = rising.map(({ own }) => own);
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(values.length).toBeGreaterThan(2);
    }
  });
});

it('a phantom drifts as it is coupled: not at all, mildly, strongly', () => {
  const drifts = ['phantom-independent', 'phantom-mild', 'phantom-coupled'].map((id) => {
    const { steering } = json<Truth>(`${folder(id)}truth.json`).measured;
    return AXES.map((axis) => steering.layers[steering.reference_layer]?.response[axis].drift.mean ?? NaN);
  });
  const [none = [], mild = [], strong = []] = drifts;
  for (const drift of none) expect(Math.abs(drift)).toBeLessThan(0.06);
  for (const drift of mild) expect(drift).toBeGreaterThan(0.25);
  expect(Math.min(...strong) - Math.max(...mild)).toBeGreaterThan(0.15);
  for (const drift of strong) expect(drift).toBeLessThan(0.95);
});

describe('loading', () => {
  const id = 'phantom-mild';
  const base = new URL('https://page.example/here/');
  let changed: (path: string, bytes: Uint8Array) => Response | undefined;
  let asked: string[];

  beforeEach(() => {
    asked = [];
    changed = () => undefined;
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('fetch', (url: URL) => {
      const path = url.pathname.replace('/here/', '');
      asked.push(path);
      const bytes = readFileSync(PUBLIC + path);
      return Promise.resolve(changed(path, bytes) ?? new Response(bytes));
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('takes what opening needs, and leaves the truth where it is', async () => {
    const files = await phantomFiles(id, { base });
    expect(files).toMatchObject({ id, fromDevice: true, choice: { variant: { path: 'model.onnx' } } });
    expect(asked.every((path) => path.startsWith(`phantoms/${id}/`))).toBe(true);
    expect(asked.some((path) => path.endsWith('truth.json'))).toBe(false);
    expect([...files.blobs.values()].reduce((sum, { size }) => sum + size, 0)).toBe(files.bytes);
  });

  it('refuses a file that is not the published one', async () => {
    changed = (path, bytes) => {
      if (!path.endsWith('config.json')) return undefined;
      const other = Uint8Array.from(bytes);
      other[0] = 32;
      return new Response(other);
    };
    await expect(phantomFiles(id, { base })).rejects.toMatchObject({ code: 'model-integrity' });
  });

  it.each([
    ['a missing file', () => new Response('', { status: 404 })],
    ['a page in its place', () => new Response('<!doctype html>')],
    ['a list of nothing', () => new Response('{}')],
  ])('says what is wrong with %s', async (_, answer) => {
    changed = () => answer();
    await expect(phantomFiles(id, { base })).rejects.toMatchObject({ code: 'network' });
  });
});
