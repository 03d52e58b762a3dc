import { VALID_FROM } from '../control.ts';
import type { ValidityReport } from './report.ts';

/** How a figure stands to what is asked of an instrument; `open` where it was not measured. */
export type Level = 'good' | 'fair' | 'poor' | 'open';

export const CHECKS = [
  'controls',
  'position',
  'mass',
  'halves',
  'paraphrase',
  'items',
  'protocols',
  'labels',
  'convergence',
] as const;
export type Check = (typeof CHECKS)[number];

/** Agreement and reliability by Cicchetti 1994 (Psychological Assessment 6(4), table 2): from 0.60 good, from 0.40 fair. */
const band = (value: number | undefined): Level =>
  value === undefined || Number.isNaN(value)
    ? 'open'
    : value >= 0.6
      ? 'good'
      : value >= 0.4
        ? 'fair'
        : 'poor';

const least = (values: readonly number[]): number | undefined =>
  values.length > 0 ? Math.min(...values) : undefined;

/** A level for every check. */
export function levelsOf(report: ValidityReport): Readonly<Record<Check, Level>> {
  const control = report.controls[report.protocol];
  const { letters, discriminant } = report;
  const inLetters = report.protocol !== 'cloze' ? letters : undefined;
  return {
    controls: !control
      ? 'open'
      : control.all.interval.low >= VALID_FROM
        ? 'good'
        : control.valid
          ? 'fair'
          : 'poor',
    position: !inLetters
      ? 'open'
      : inLetters.biasOverSpread < 0.5
        ? 'good'
        : inLetters.biasOverSpread < 1
          ? 'fair'
          : 'poor',
    mass: !inLetters ? 'open' : inLetters.mass >= 0.8 ? 'good' : inLetters.mass >= 0.3 ? 'fair' : 'poor',
    halves: band(report.halves?.median),
    paraphrase: band(report.paraphrase?.consistency),
    items: !discriminant ? 'open' : discriminant.p < 0.01 ? 'good' : discriminant.p < 0.05 ? 'fair' : 'poor',
    protocols: band(least(Object.values(report.protocols).map(({ consistency }) => consistency))),
    labels: band(least(Object.values(report.labels).map(({ consistency }) => consistency))),
    convergence: band(report.convergence?.r),
  };
}

/**
 * Whether the figures may be believed. A model fails where its protocol's control questions fail: then its answers say
 * nothing of values. It is weak where its item scores do not hold still between halves or wordings.
 */
export function verdictOf(report: ValidityReport): 'fails' | 'weak' | 'stands' | 'open' {
  const levels = levelsOf(report);
  if (levels.controls === 'open') return 'open';
  if (levels.controls === 'poor') return 'fails';
  const weak = (['halves', 'paraphrase', 'items', 'position', 'mass'] as const).some(
    (check) => levels[check] === 'poor',
  );
  return weak ? 'weak' : 'stands';
}
