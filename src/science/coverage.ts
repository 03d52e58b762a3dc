import { domainKey, type Dilemma } from './dilemma.ts';
import { AXES, ITEMS, itemOf, type Axis, type Item } from './item.ts';

/** The dilemmas of one item, by domain. */
export interface CoverageRow {
  readonly code: string;
  /** Absent for an item that is none of the ten. */
  readonly name?: string;
  readonly axis: Axis;
  /** In the order of the table's domains. */
  readonly counts: readonly number[];
}

/** Which items and domains a set of dilemmas covers, and how often. */
export interface Coverage {
  readonly domains: readonly string[];
  /** The ten items in their usual order, then others as they come. */
  readonly rows: readonly CoverageRow[];
  /** Items of the ten without a dilemma: while there are any, there is no place on the map. */
  readonly missing: readonly Item[];
  /** Axes without a dilemma: they get no score. */
  readonly silent: readonly Axis[];
}

/** Counts the dilemmas of each item and domain. */
export function coverage(dilemmas: readonly Dilemma[]): Coverage {
  const domains = [...new Set(dilemmas.map(({ domain }) => domainKey(domain)))];
  const axes = new Map<string, Axis>(ITEMS.map(({ code, axis }) => [code, axis]));
  const counts = new Map<string, number>();
  const key = (code: string, domain: string): string => JSON.stringify([code, domain]);
  for (const { wvsId, domain, axis } of dilemmas) {
    axes.set(wvsId, axis);
    const cell = key(wvsId, domainKey(domain));
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const rows = [...axes].map(([code, axis]): CoverageRow => {
    const name = itemOf(code)?.name;
    return {
      code,
      ...(name === undefined ? {} : { name }),
      axis,
      counts: domains.map((domain) => counts.get(key(code, domain)) ?? 0),
    };
  });
  const asked = new Set(dilemmas.map(({ wvsId }) => wvsId));
  return {
    domains,
    rows,
    missing: ITEMS.filter(({ code }) => !asked.has(code)),
    silent: AXES.filter((axis) => dilemmas.every((dilemma) => dilemma.axis !== axis)),
  };
}
