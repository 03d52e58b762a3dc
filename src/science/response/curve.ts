import type { BootstrapOptions } from '../axis-estimate.ts';
import type { Shift } from '../shift.ts';
import type { Dose } from './dose.ts';
import { groupMean, type MeasuredGroup } from './measured-group.ts';

/** How far a group stands from where it stood unpushed, at one strength. */
export interface CurvePoint {
  readonly strength: number;
  /** Paired by dilemma, nats; 0 without an interval at strength 0. */
  readonly shift: Shift;
}

/** A dose-response curve with the line that its slope is. */
export interface DoseCurve {
  /** In order of strength. */
  readonly points: readonly CurvePoint[];
  /** The least-squares line; drawn as far as its strengths went into it. */
  readonly line: { readonly slope: number; readonly intercept: number; readonly end: number };
}

/**
 * The shift of a group at each strength, paired by dilemma with the baseline.
 * @param line the slope that is told of it, and the largest strength that went into it
 * @returns undefined without a baseline, or where the group has no dilemma.
 */
export function doseCurve(
  group: MeasuredGroup,
  doses: readonly Dose[],
  line: { readonly slope: number; readonly end: number },
  options: BootstrapOptions,
): DoseCurve | undefined {
  const baseline = doses.find(({ strength }) => strength === 0);
  if (!baseline) return undefined;
  const start = new Map(baseline.answers.map(({ id, logOddsHigh }) => [id, logOddsHigh]));
  const points = doses.flatMap(({ strength, answers }): CurvePoint[] => {
    const moved = answers.flatMap((answer) => {
      const from = start.get(answer.id);
      return from === undefined ? [] : [{ ...answer, logOddsHigh: answer.logOddsHigh - from }];
    });
    const shift = groupMean(group, moved, options);
    if (!shift) return [];
    // Nothing is uncertain about how far the baseline stands from itself.
    return [{ strength, shift: strength === 0 ? { mean: 0, n: shift.n } : shift }];
  });
  if (points.length === 0) return undefined;
  points.sort((a, b) => a.strength - b.strength);
  const used = points.filter(({ strength }) => Math.abs(strength) <= line.end + 1e-9);
  const mean = (of: (point: CurvePoint) => number): number =>
    used.reduce((sum, point) => sum + of(point), 0) / used.length;
  // A least-squares line goes through the middle of its points.
  const intercept = mean(({ shift }) => shift.mean) - line.slope * mean(({ strength }) => strength);
  return { points, line: { ...line, intercept } };
}
