import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import { domainKey } from '../dilemma.ts';
import { readSelection } from '../directions/selection.ts';
import { AXES, ITEMS, type Axis } from '../item.ts';
import { axisMean, itemScores, sumOf } from '../item-score.ts';
import { pairedShift, type Shift } from '../shift.ts';

/** What is read off a push: an axis, an item, or the dilemmas of one domain that count on an axis. */
export type MeasuredGroup =
  | { readonly kind: 'axis'; readonly axis: Axis }
  | { readonly kind: 'item'; readonly item: string; readonly axis: Axis }
  | { readonly kind: 'domain'; readonly domain: string; readonly axis: Axis };

/** The group's name: as selections of vectors are called, with the axis behind a domain. */
export function groupName(group: MeasuredGroup): string {
  switch (group.kind) {
    case 'axis':
      return `axis:${group.axis}`;
    case 'item':
      return `item:${group.item}`;
    case 'domain':
      return `domain:${group.domain} ${group.axis}`;
  }
}

/** Whether an answer counts in a group. */
export const isIn = (group: MeasuredGroup, { axis, wvsId, domain }: Answer): boolean =>
  axis === group.axis &&
  (group.kind === 'axis' ||
    (group.kind === 'item' ? wvsId === group.item : domainKey(domain) === domainKey(group.domain)));

/** The group's answers; what counts alike within an item are its domains. */
const members = (group: MeasuredGroup, values: readonly Answer[]): Answer[] =>
  values
    .filter((answer) => isIn(group, answer))
    .map((answer) => (group.kind === 'item' ? { ...answer, wvsId: domainKey(answer.domain) } : answer));

/** The mean of `groupMean` alone, for many directions without a meaning. Undefined where no answer belongs to the group. */
export const plainMean = (group: MeasuredGroup, values: readonly Answer[]): number | undefined =>
  axisMean(itemScores(members(group, values).map(sumOf)), group.axis);

/**
 * The mean of some answers' log-odds over a group, with its interval and a sign-flip test against 0.
 *
 * - axis: mean over its items of the item means; units are item x domain clusters within items.
 * - domain: the same over the domain's dilemmas; an item has a single cluster there, so that units are dilemmas.
 * - item: mean over its domains of the domain means; units are dilemmas within domains: the three domains are all there
 *   are, not a sample of more.
 *
 * @param values answers whose `logOddsHigh` is what is averaged: shifts or slopes
 * @returns undefined where no answer belongs to the group.
 */
export function groupMean(
  group: MeasuredGroup,
  values: readonly Answer[],
  options: BootstrapOptions,
): Shift | undefined {
  const own = members(group, values);
  const zero = own.map((answer) => ({ ...answer, logOddsHigh: 0 }));
  return pairedShift(zero, own, options)[group.axis];
}

/** Both axes as groups. */
export const axisGroups = (): MeasuredGroup[] => AXES.map((axis) => ({ kind: 'axis', axis }));

/** Domains as groups of one axis. */
export const domainGroups = (domains: readonly string[], axis: Axis): MeasuredGroup[] =>
  domains.map((domain) => ({ kind: 'domain', domain, axis }));

/** The ten items as groups, in their usual order: those of each axis stand together. */
export const itemGroups = (): MeasuredGroup[] =>
  [...ITEMS]
    .sort((a, b) => a.axis.localeCompare(b.axis))
    .map(({ code, axis }) => ({ kind: 'item', item: code, axis }));

/** The group of a name, as `groupName` writes it; undefined for none, a domain without its axis, or an unknown item. */
export function readGroup(name: string): MeasuredGroup | undefined {
  const selection = readSelection(name);
  switch (selection?.kind) {
    case 'axis':
      return selection;
    case 'item':
      return itemGroups().find((group) => groupName(group) === name);
    case 'domain': {
      const axis = AXES.find((one) => selection.domain.endsWith(` ${one}`));
      return axis && { kind: 'domain', domain: selection.domain.slice(0, -axis.length - 1), axis };
    }
    default:
      return undefined;
  }
}
