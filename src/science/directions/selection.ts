import { domainKey, type Dilemma } from '../dilemma.ts';
import { AXES, type Axis } from '../item.ts';

/** Which pairs a vector is made of: those of one axis, item or domain, or every one. */
export type Selection =
  | { readonly kind: 'axis'; readonly axis: Axis }
  | { readonly kind: 'item'; readonly item: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'all' };

export type SelectionKind = Selection['kind'];

/** What a selection looks at. */
export type Selectable = Pick<Dilemma, 'axis' | 'wvsId' | 'domain'>;

/** A selection in a word, as runs and command lines write it: `axis:<name>`, `item:<code>`, `domain:<name>`, `all`. */
export function selectionName(selection: Selection): string {
  switch (selection.kind) {
    case 'axis':
      return `axis:${selection.axis}`;
    case 'item':
      return `item:${selection.item}`;
    case 'domain':
      return `domain:${domainKey(selection.domain)}`;
    case 'all':
      return 'all';
  }
}

/** The selection of a name; undefined where it is none. A domain or item need not be one of the page's own. */
export function readSelection(name: string): Selection | undefined {
  const [kind, ...rest] = name.split(':');
  const value = rest.join(':').trim();
  if (name === 'all') return { kind: 'all' };
  if (value === '') return undefined;
  const axis = AXES.find((candidate) => candidate === value);
  if (kind === 'axis') return axis && { kind, axis };
  if (kind === 'item') return { kind, item: value };
  return kind === 'domain' ? { kind, domain: domainKey(value) } : undefined;
}

export function belongs(selection: Selection, { axis, wvsId, domain }: Selectable): boolean {
  switch (selection.kind) {
    case 'axis':
      return axis === selection.axis;
    case 'item':
      return wvsId === selection.item;
    case 'domain':
      return domainKey(domain) === domainKey(selection.domain);
    case 'all':
      return true;
  }
}

/** The selections of a kind that have members, in the order in which they first come; axes in their own order. */
export function selectionsOf(kind: SelectionKind, among: readonly Selectable[]): Selection[] {
  switch (kind) {
    case 'axis':
      return AXES.filter((axis) => among.some((one) => one.axis === axis)).map((axis) => ({ kind, axis }));
    case 'item':
      return [...new Set(among.map(({ wvsId }) => wvsId))].map((item) => ({ kind, item }));
    case 'domain':
      return [...new Set(among.map(({ domain }) => domainKey(domain)))].map((domain) => ({ kind, domain }));
    case 'all':
      return among.length > 0 ? [{ kind }] : [];
  }
}
