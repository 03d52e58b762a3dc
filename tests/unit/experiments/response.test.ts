import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  findAim,
  MAP_AXES,
  measureResponse,
  responseDilemmas,
  type ResponseSpec,
} from '../../../src/experiments/response.ts';
import type { Row } from '../../../src/engine/shared/protocol.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import type { Projection } from '../../../src/science/culture-map.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { FakeEngine } from './fake-engine.ts';

const projection = JSON.parse(readFileSync('public/human/projection.json', 'utf8')) as Projection;
const DOMAINS = ['family', 'legal'];

const training = {
  name: 'train.json',
  sha256: 'b'.repeat(64),
  dilemmas: [0, 1, 2].flatMap((round) =>
    DOMAINS.flatMap((domain, d) =>
      ITEMS.map(({ code, axis }, i) => ({
        index: 20 * round + 10 * d + i,
        id: `${code}-${domain}-${round}`,
        wvsId: code,
        axis,
        domain,
        scenario: `Scene ${code} ${axis} ${round}.`,
        options: { A: 'HIGH', B: 'LOW' },
        highAt: 'A' as const,
      })),
    ),
  ),
};

/**
 * A model whose log-odds follow what is pushed: each axis by its own direction, and half as much by the other's; the
 * response bends, as tanh does.
 */
class Pushed extends FakeEngine {
  override async run(rows: readonly Row[], options: { signal?: AbortSignal } = {}) {
    const steer = rows[0]?.steer ?? [];
    const of = (place: number): number =>
      steer.reduce((sum, one) => sum + ('vector' in one ? (one.vector[place] ?? 0) : 0), 0);
    const push = { [MAP_AXES[0]]: of(0) + 0.5 * of(1), [MAP_AXES[1]]: of(1) + 0.5 * of(0) };
    const reply = await super.run(rows, options);
    return {
      ...reply,
      rows: reply.rows.map((row, i) => {
        const text = this.asked.at(i - rows.length) ?? '';
        const axis = MAP_AXES.find((name) => text.includes(name)) ?? MAP_AXES[0];
        const lift = text.includes('HIGH') ? 1.5 * Math.tanh(push[axis] ?? 0) : 0;
        return { ...row, scores: row.scores?.map((score) => score + lift) ?? new Float32Array() };
      }),
    };
  }
}

const direction =
  (place: number): ResponseSpec['directions'][number] =>
  (strength) => {
    const vector = {
      layer: 1,
      direction: Float32Array.of(place === 0 ? 1 : 0, place === 1 ? 1 : 0),
      residualNorm: 1,
    };
    const record = { vector: `axis:${MAP_AXES[place] ?? ''}`, layer: 1, strength, unit: 'norm' as const };
    return [{ vector, strength, unit: 'norm', way: 'add', at: 'all', record }];
  };

const spec: ResponseSpec = {
  manner: { protocol: 'cloze' },
  training,
  from: 20,
  limit: 40,
  seed: 1,
  directions: [direction(0), direction(1)],
  strength: 0.1,
  projection,
};

const model = (): Pushed => new Pushed({ option: (stem) => -1 - (stem.length % 3) / 10 });
const signal = new AbortController().signal;

describe('the response to pushes', () => {
  it('is measured on training dilemmas that the vectors were not learned from, where there are such', () => {
    expect(responseDilemmas(300, 60, 60)).toEqual({ from: 60, limit: 60 });
    expect(responseDilemmas(300, 280, 60)).toEqual({ from: 240, limit: 60 });
    expect(responseDilemmas(300, 300, 300)).toEqual({ from: 0, limit: 300 });
  });

  it('moves the map along both axes, is kept, and asks nothing twice', async () => {
    const fake = model();
    const store = await RunStore.open();
    const seen: number[] = [];
    const first = await measureResponse(fake.engine, store, spec, {
      signal,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(first.columns[0]?.x).toBeGreaterThan(0);
    expect(first.columns[1]?.y).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(fake.asked.some((text) => / 0\./.test(text))).toBe(false);
    const asked = fake.asked.length;
    expect(await measureResponse(fake.engine, store, spec, { signal })).toEqual(first);
    expect(fake.asked).toHaveLength(asked);
  });

  it('is inverted and corrected: what is wanted is reached nearer than by the first guess', async () => {
    const fake = model();
    const store = await RunStore.open();
    const response = await measureResponse(fake.engine, store, spec, { signal });
    const wanted = { x: 0.9, y: -0.6 };
    const missAfter = async (rounds: number): Promise<number> => {
      const { strengths } = await findAim(
        fake.engine,
        store,
        spec,
        { response, wanted, max: 3, rounds },
        { signal },
      );
      // One more round tells where these strengths lead.
      const { columns } = await findAim(
        fake.engine,
        store,
        spec,
        { response, wanted, max: 3, rounds: rounds + 1 },
        { signal },
      );
      const x = columns.reduce((sum, column, i) => sum + column.x * (strengths[i] ?? 0), 0);
      const y = columns.reduce((sum, column, i) => sum + column.y * (strengths[i] ?? 0), 0);
      return Math.hypot(x - wanted.x, y - wanted.y);
    };
    const [guess, corrected] = [await missAfter(0), await missAfter(2)];
    expect(guess).toBeGreaterThan(0.02);
    expect(corrected).toBeLessThan(guess / 3);
  });

  it('says what is wrong where an item has no dilemma', async () => {
    const store = await RunStore.open();
    const few = { ...spec, from: 0, limit: 5 };
    await expect(measureResponse(model().engine, store, few, { signal })).rejects.toMatchObject({
      code: 'scenario-invalid',
    });
  });
});
