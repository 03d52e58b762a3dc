import type { ScenarioSet } from '../../../src/experiments/scenarios.ts';
import type { Dilemma } from '../../../src/science/dilemma.ts';

/** Two items of each axis. */
export const MADE_ITEMS = [
  ['F063', 'traditional_secular'],
  ['F120', 'traditional_secular'],
  ['A165', 'survival_self_expression'],
  ['A008', 'survival_self_expression'],
] as const;

interface Shape {
  /** Dilemmas of each item and domain. */
  readonly rounds: number;
  readonly items?: readonly (typeof MADE_ITEMS)[number][];
  readonly domains?: readonly string[];
}

/** Dilemmas whose high pole is the option HIGH, of lengths that differ a little: those of `PushedEngine`. */
export const madeDilemmas = (
  split: string,
  { rounds, items = MADE_ITEMS, domains = ['family', 'legal'] }: Shape,
): readonly Dilemma[] =>
  Array.from({ length: rounds }, (_, round) =>
    domains.flatMap((domain) => items.map(([wvsId, axis]) => ({ wvsId, axis, domain, round }))),
  )
    .flat()
    .map(({ wvsId, axis, domain, round }, index) => ({
      index,
      ...{ wvsId, axis, domain },
      id: `${wvsId}-${domain}-${split}-${round}`,
      scenario: `Item ${wvsId} ${domain} ${split} ${'x'.repeat(index % 5)} ${round}.`,
      options: { A: 'HIGH', B: 'LOW' },
      highAt: 'A' as const,
    }));

/** The same as files. */
export const madeTraining = (shape: Shape): ScenarioSet => ({
  ...{ name: 'train.json', sha256: 'a'.repeat(64), dilemmas: madeDilemmas('train', shape) },
});
export const madeTest = (shape: Shape): ScenarioSet => ({
  ...{ name: 'test.json', sha256: 'b'.repeat(64), dilemmas: madeDilemmas('test', shape) },
});
