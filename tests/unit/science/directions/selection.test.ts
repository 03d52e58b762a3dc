import { describe, expect, it } from 'vitest';
import {
  belongs,
  readSelection,
  selectionName,
  selectionsOf,
  type Selectable,
} from '../../../../src/science/directions/selection.ts';

const dilemmas: readonly Selectable[] = [
  { wvsId: 'A165', axis: 'survival_self_expression', domain: 'Workplace' },
  { wvsId: 'F063', axis: 'traditional_secular', domain: 'family ' },
  { wvsId: 'A165', axis: 'survival_self_expression', domain: 'family' },
];

const names = (kind: Parameters<typeof selectionsOf>[0]): string[] =>
  selectionsOf(kind, dilemmas).map(selectionName);

describe('selections', () => {
  it('are those that have members', () => {
    expect(names('axis')).toEqual(['axis:traditional_secular', 'axis:survival_self_expression']);
    expect(names('item')).toEqual(['item:A165', 'item:F063']);
    expect(names('domain')).toEqual(['domain:workplace', 'domain:family']);
    expect(names('all')).toEqual(['all']);
    expect(selectionsOf('all', [])).toEqual([]);
  });

  it('part the dilemmas: each belongs to one of a kind', () => {
    for (const kind of ['axis', 'item', 'domain', 'all'] as const)
      for (const dilemma of dilemmas)
        expect(selectionsOf(kind, dilemmas).filter((selection) => belongs(selection, dilemma))).toHaveLength(
          1,
        );
  });

  it('are found again by their names', () => {
    for (const kind of ['axis', 'item', 'domain', 'all'] as const)
      for (const selection of selectionsOf(kind, dilemmas))
        expect(readSelection(selectionName(selection))).toEqual(selection);
    expect(readSelection('domain:Legal')).toEqual({ kind: 'domain', domain: 'legal' });
    for (const wrong of ['', 'axis', 'axis:', 'axis:north', 'item:', 'layer:3', 'all:x'])
      expect(readSelection(wrong)).toBeUndefined();
  });
});
