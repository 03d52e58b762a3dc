import type { Method } from '../../science/directions/direction.ts';
import type { PushPlace, PushUnit, PushWay } from '../../science/push.ts';

interface Words {
  readonly short: string;
  readonly long: string;
}

export const PUSH_WAY_WORDS: Readonly<Record<PushWay, Words>> = {
  add: { short: 'added', long: 'The vector is added to the inner state, as in the paper.' },
  'add-preserving': {
    short: 'added, length kept',
    long: 'Added, then the state is brought back to its old length: the direction changes, the loudness does not.',
  },
  rotate: {
    short: 'turned toward',
    long: 'The state is turned by an angle, from where it usually points toward the vector; its length stays.',
  },
  ablate: {
    short: 'taken out',
    long: 'The direction is taken out of the state: what the model can say along it is lost, both ways.',
  },
};

export const UNIT_NAMES: Readonly<Record<PushUnit, string>> = {
  norm: 'lengths of the inner state',
  raw: 'lengths of the vector itself (the paper’s α)',
  radian: 'radians',
  share: 'share taken out',
};

/** What stands behind a strength. */
export const UNIT_WORDS: Readonly<Record<PushUnit, string>> = {
  norm: '× the inner state',
  raw: '× the vector itself',
  radian: 'radians of turn',
  share: 'of the direction taken out',
};

export const PUSH_PLACE_WORDS: Readonly<Record<PushPlace, string>> = {
  all: 'every word it reads and writes',
  last: 'the last word it has read',
  generated: 'the words it writes alone (side by side)',
};

export const METHOD_WORDS: Readonly<Record<Method, Words>> = {
  mean: {
    short: 'mean difference',
    long: 'The mean of the state after the high answer minus that after the low one: the paper’s way.',
  },
  pca: {
    short: 'first principal component',
    long: 'The direction along which the pairs of answers differ most.',
  },
  logistic: {
    short: 'logistic probe',
    long: 'The direction by which a linear classifier tells high answers from low ones.',
  },
};
