import { percentileInterval, quantile, type Interval } from '../src/science/statistics/bootstrap.ts';
import { seededRandom } from '../src/science/statistics/random.ts';

/** One measured number; its unit stands in its name. */
export interface Figure {
  readonly value: number;
  readonly interval?: Interval;
  /** What the figure should stay below. */
  readonly below?: number;
}

/** Figures of one kind, by name. */
export type Figures = Record<string, Figure>;

const SEED = 1;
const RESAMPLES = 2000;

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/** Median of `times` over median of `base`, both of the same rounds; the interval is a bootstrap over rounds. */
export function ratio(times: readonly number[], base: readonly number[]): Figure {
  const random = seededRandom(SEED);
  const replicates = Array.from({ length: RESAMPLES }, () => {
    const draw = times.map(() => Math.floor(random() * times.length));
    return median(draw.map((at) => times[at] ?? NaN)) / median(draw.map((at) => base[at] ?? NaN));
  });
  return { value: median(times) / median(base), interval: percentileInterval(replicates) };
}

export const met = ({ value, below }: Figure): boolean | undefined =>
  below === undefined ? undefined : value < below;

/** Three significant digits where two decimals say too little. */
const written = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(3) : value.toFixed(2);

/** One line of the table: name, value, interval, and the target with its verdict. */
export function line(name: string, figure: Figure): string {
  const { value, interval, below } = figure;
  const range = interval ? `${written(interval.low)}–${written(interval.high)}` : '';
  const verdict = below === undefined ? '' : `target < ${written(below)}: ${met(figure) ? 'met' : 'missed'}`;
  return `  ${name.padEnd(52)} ${written(value).padStart(10)}  ${range.padEnd(12)}${verdict}`.trimEnd();
}

/** A figure as the JSON states it. */
export function asJson(figure: Figure): Record<string, number | boolean> {
  const { value, interval, below } = figure;
  return {
    value,
    ...(interval ? { low: interval.low, high: interval.high, level: interval.level } : {}),
    ...(below === undefined ? {} : { below, met: met(figure) === true }),
  };
}
