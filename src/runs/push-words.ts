import { AXIS_WORDS } from '../science/axis-words.ts';
import type { PushPlace, PushUnit, PushWay } from '../science/push.ts';
import type { SteeringRecord } from './run.ts';
import type { VectorMethod } from './vector-method.ts';

/** "A, B and C". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** The push of a run: "pushed 0.20× toward self-expression after layer 12". */
export function pushWords(steering: readonly SteeringRecord[]): string {
  // Vectors that differ in their layer alone are one push at several layers.
  const groups = new Map<string, { one: SteeringRecord; layers: number[] }>();
  for (const one of steering) {
    const key = JSON.stringify({ ...one, layer: 0 });
    const group = groups.get(key) ?? { one, layers: [] };
    group.layers.push(one.layer);
    groups.set(key, group);
  }
  return `pushed ${[...groups.values()].map(({ one, layers }) => vectorWords(one, layers)).join(' and ')}`;
}

const UNIT_WORDS: Readonly<Record<PushUnit, string>> = {
  norm: '×',
  raw: ' (raw)',
  radian: ' rad',
  share: '',
};
const WAY_NOTES: Readonly<Record<PushWay, string>> = {
  add: '',
  'add-preserving': ', length kept',
  rotate: ', turned',
  ablate: ', taken out',
};
const PLACE_NOTES: Readonly<Record<PushPlace, string>> = {
  all: '',
  last: ', last position',
  generated: ', generated positions',
};
const METHOD_NOTES: Readonly<Partial<Record<VectorMethod, string>>> = {
  pca: ', principal component',
  logistic: ', logistic probe',
  orthogonal: ', without what it shares with the other axis',
  random: ', random',
  shuffled: ', poles dealt by chance',
};

function vectorWords(
  { vector, axis, method, strength, unit, way, at }: SteeringRecord,
  layers: readonly number[],
): string {
  const toward = axis
    ? `toward ${AXIS_WORDS[axis][strength < 0 ? 'low' : 'high']}`
    : `along ${vector}${strength < 0 ? ', reversed' : ''}`;
  const size = Math.abs(strength).toLocaleString('en', { maximumFractionDigits: 3 });
  const notes = `${METHOD_NOTES[method ?? 'mean'] ?? ''}${WAY_NOTES[way ?? 'add']}${PLACE_NOTES[at ?? 'all']}`;
  return `${size}${UNIT_WORDS[unit]} ${toward} after ${layers.length > 1 ? 'layers' : 'layer'} ${listed(layers.map(String))}${notes}`;
}
