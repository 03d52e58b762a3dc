/** Places in a table, from 0. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads in a table of so many rows and columns, as grids are used by keyboard; undefined for any other key. */
export function nextPlace(
  key: string,
  { row, column }: GridPlace,
  rows: number,
  columns: number,
): GridPlace | undefined {
  const at = (r: number, c: number): GridPlace => ({
    row: Math.min(rows - 1, Math.max(0, r)),
    column: Math.min(columns - 1, Math.max(0, c)),
  });
  switch (key) {
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'Home':
      return at(row, 0);
    case 'End':
      return at(row, columns - 1);
    case 'PageUp':
      return at(0, column);
    case 'PageDown':
      return at(rows - 1, column);
    default:
      return undefined;
  }
}
