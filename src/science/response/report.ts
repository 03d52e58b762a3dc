import { domainKey } from '../dilemma.ts';
import type { BootstrapOptions, Estimate } from '../axis-estimate.ts';
import { readSelection, type SelectionKind } from '../directions/selection.ts';
import { AXES, type Axis } from '../item.ts';
import type { LabelSet } from '../prompt.ts';
import { biasSlope } from './bias-slope.ts';
import { sizesOf, slopesOf, within, type Dose } from './dose.ts';
import { falsifier, type Falsifier } from './falsifier.ts';
import { linearRange, type LinearRange } from './linear-range.ts';
import { responseMatrix, type PushedDirection, type ResponseMatrix } from './matrix.ts';
import {
  axisGroups,
  domainGroups,
  groupName,
  itemGroups,
  readGroup,
  type MeasuredGroup,
} from './measured-group.ts';
import { relabelling, type LabelledDose, type Relabelling } from './relabelling.ts';
import { signFlip, type SignFlip } from './sign-flip.ts';

/** What was asked of one model at one layer, all vectors counted in one unit. */
export interface ResponseData {
  /** Vectors with a meaning, called as selections are. */
  readonly made: readonly PushedDirection[];
  /** The axes' vectors, each without what it shares with the other one's; under their names. */
  readonly orthogonal: readonly PushedDirection[];
  readonly random: readonly PushedDirection[];
  /** Vectors of pairs whose poles were dealt by chance, by the name of the vector they stand for. */
  readonly shuffled: ReadonlyMap<string, readonly PushedDirection[]>;
  /** The axes' vectors under more than one set of labels. */
  readonly labelled: ReadonlyMap<Axis, Readonly<Partial<Record<LabelSet, readonly LabelledDose[]>>>>;
}

/** What is told of an axis's vector beside its row of the matrix. */
export interface AxisResponse {
  readonly axis: Axis;
  readonly falsifier: Falsifier;
  /** How far its own axis answers in a straight line. */
  readonly linear?: LinearRange;
  readonly flip?: SignFlip;
  /** Slope of the position bias over all dilemmas, nats toward the first label for each unit; absent for cloze. */
  readonly bias?: Estimate;
  readonly relabelling?: Relabelling;
  /** The vector without what it shares with the other axis's. */
  readonly orthogonal?: Falsifier;
}

/** All figures of a study. */
export interface ResponseReport {
  readonly axis?: ResponseMatrix;
  readonly item?: ResponseMatrix;
  /** Vector's domain by measured domain, for each axis. */
  readonly domain: Readonly<Partial<Record<Axis, ResponseMatrix>>>;
  readonly orthogonal?: ResponseMatrix;
  readonly axes: readonly AxisResponse[];
}

const ofKind = (directions: readonly PushedDirection[], kind: SelectionKind): PushedDirection[] =>
  directions.filter(({ name }) => readSelection(name)?.kind === kind);

const rangeOf = ({ name, doses }: PushedDirection, options: BootstrapOptions): LinearRange | undefined => {
  // A domain's vector was made to move both axes: it has no group of its own.
  const group = readGroup(name);
  return group && linearRange(group, doses, options);
};

/** The largest strength that all directions were tried at, and up to which each answers in a straight line. */
function sharedRange(directions: readonly PushedDirection[], options: BootstrapOptions): number {
  const ends = directions.map((direction) => {
    const most = sizesOf(direction.doses).at(-1) ?? 0;
    return rangeOf(direction, options)?.end ?? most;
  });
  return Math.min(...ends);
}

const ITEM_ORDER = itemGroups().map(groupName);
const AXIS_ORDER = axisGroups().map(groupName);

const inOrder = (directions: readonly PushedDirection[], order: readonly string[]): PushedDirection[] =>
  [...directions].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));

/** The domains that were asked, as they first come. */
const domainsOf = (doses: readonly Dose[]): string[] => [
  ...new Set(doses.flatMap(({ answers }) => answers.map(({ domain }) => domainKey(domain)))),
];

function axisResponse(
  axis: Axis,
  direction: PushedDirection,
  data: ResponseData,
  range: number,
  options: BootstrapOptions,
): AxisResponse[] {
  const group: MeasuredGroup = { kind: 'axis', axis };
  const doses = within(direction.doses, range);
  const held = falsifier(axis, slopesOf(doses), options);
  if (!held) return [];
  const linear = rangeOf(direction, options);
  const flip = signFlip(group, doses, options);
  const bias = biasSlope(doses, options);
  const labels = data.labelled.get(axis);
  const control = labels && relabelling(axis, labels, options);
  const freed = data.orthogonal.find(({ name }) => name === direction.name);
  const orthogonal = freed && falsifier(axis, slopesOf(within(freed.doses, range)), options);
  return [
    {
      axis,
      falsifier: held,
      ...(linear ? { linear } : {}),
      ...(flip ? { flip } : {}),
      ...(bias ? { bias } : {}),
      ...(control ? { relabelling: control } : {}),
      ...(orthogonal ? { orthogonal } : {}),
    },
  ];
}

/** The matrix of both axes alone; absent where their vectors were not tried. */
export function axisMatrix(data: ResponseData, options: BootstrapOptions): ResponseMatrix | undefined {
  const axes = inOrder(ofKind(data.made, 'axis'), AXIS_ORDER);
  const { random, shuffled } = data;
  return axes.length > 0
    ? responseMatrix(axes, axisGroups(), { ...options, range: sharedRange(axes, options), random, shuffled })
    : undefined;
}

/** Everything that a study's runs say. Each matrix is one declared family of tests. */
export function responseReport(data: ResponseData, options: BootstrapOptions): ResponseReport {
  const matrix = (
    directions: readonly PushedDirection[],
    groups: readonly MeasuredGroup[],
    range: number,
  ): ResponseMatrix =>
    responseMatrix(directions, groups, { ...options, range, random: data.random, shuffled: data.shuffled });
  const axes = inOrder(ofKind(data.made, 'axis'), AXIS_ORDER);
  const items = inOrder(ofKind(data.made, 'item'), ITEM_ORDER);
  const domains = ofKind(data.made, 'domain');
  const range = axes.length > 0 ? sharedRange(axes, options) : 0;
  const itemRange = items.length > 0 ? sharedRange(items, options) : 0;
  const domainRange = domains.length > 0 ? sharedRange(domains, options) : 0;
  const asked = domains.flatMap(({ doses }) => domainsOf(doses));
  const columns = [...new Set([...domains.map(({ name }) => name.slice('domain:'.length)), ...asked])];
  return {
    ...(axes.length > 0 ? { axis: matrix(axes, axisGroups(), range) } : {}),
    ...(items.length > 0 ? { item: matrix(items, itemGroups(), itemRange) } : {}),
    domain:
      domains.length > 0
        ? Object.fromEntries(
            AXES.map((axis) => [axis, matrix(domains, domainGroups(columns, axis), domainRange)]),
          )
        : {},
    ...(data.orthogonal.length > 0
      ? { orthogonal: matrix(inOrder(data.orthogonal, AXIS_ORDER), axisGroups(), range) }
      : {}),
    axes: axes.flatMap((direction) => {
      const group = readGroup(direction.name);
      return group?.kind === 'axis' ? axisResponse(group.axis, direction, data, range, options) : [];
    }),
  };
}
