import { axisName, capital } from '../axis-words.ts';
import { itemOf } from '../item.ts';
import type { Selection } from './selection.ts';

/** What a selection of pairs is about, in words. */
export function selectionWords(selection: Selection): string {
  switch (selection.kind) {
    case 'axis':
      return axisName(selection.axis);
    case 'item':
      return itemOf(selection.item)?.name ?? selection.item;
    case 'domain':
      return capital(selection.domain);
    case 'all':
      return 'All training dilemmas';
  }
}
