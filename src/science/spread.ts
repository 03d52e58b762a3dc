import { domainKey, type Dilemma } from './dilemma.ts';

/** Takes one of each list in turn until all are empty. */
function inTurn<Of>(lists: readonly (readonly Of[])[]): Of[] {
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
  return Array.from({ length: longest }, (_, round) =>
    lists.flatMap((list) => list.slice(round, round + 1)),
  ).flat();
}

function groupsOf(dilemmas: readonly Dilemma[], keyOf: (dilemma: Dilemma) => string): Dilemma[][] {
  const groups = new Map<string, Dilemma[]>();
  for (const dilemma of dilemmas) {
    const group = groups.get(keyOf(dilemma));
    if (group) group.push(dilemma);
    else groups.set(keyOf(dilemma), [dilemma]);
  }
  return [...groups.values()];
}

/**
 * The dilemmas in an order whose first ones, however many, hold the items alike and within each the domains: a file that
 * is sorted by item would else give a first look at a few items only.
 */
export function spread(dilemmas: readonly Dilemma[]): Dilemma[] {
  const items = groupsOf(dilemmas, ({ wvsId }) => wvsId);
  return inTurn(
    items.map((item, place) => {
      const domains = groupsOf(item, ({ domain }) => domainKey(domain));
      // Each item begins with another domain, so that a short look holds the domains alike too.
      const first = place % domains.length;
      return inTurn([...domains.slice(first), ...domains.slice(0, first)]);
    }),
  );
}
