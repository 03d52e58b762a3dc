import { describe, expect, it } from 'vitest';
import { nextPlace } from '../../../src/charts/grid-keys.ts';

describe('the keys of a grid', () => {
  const from = { row: 1, column: 1 };
  const to = (key: string, place = from) => nextPlace(key, place, 3, 4);

  it('lead one cell on, and not past the edge', () => {
    expect(to('ArrowRight')).toEqual({ row: 1, column: 2 });
    expect(to('ArrowLeft', { row: 1, column: 0 })).toEqual({ row: 1, column: 0 });
    expect(to('ArrowDown', { row: 2, column: 0 })).toEqual({ row: 2, column: 0 });
    expect(to('ArrowUp')).toEqual({ row: 0, column: 1 });
  });

  it('lead to the ends of row and column; no other key leads anywhere', () => {
    expect(to('Home')).toEqual({ row: 1, column: 0 });
    expect(to('End')).toEqual({ row: 1, column: 3 });
    expect(to('PageUp')).toEqual({ row: 0, column: 1 });
    expect(to('PageDown')).toEqual({ row: 2, column: 1 });
    expect(to('Tab')).toBeUndefined();
  });
});
