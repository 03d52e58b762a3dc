import type { VectorSet } from '../../../runs/vector-set.ts';
import type { VectorMethod } from '../../../runs/vector-method.ts';
import type { Method } from '../../../science/directions/direction.ts';
import { readSelection, type SelectionKind } from '../../../science/directions/selection.ts';
import { selectionWords } from '../../../science/directions/selection-words.ts';
import type { VectorFormat } from '../../../vectors/vector-file.ts';

/** Each way of making a direction, in a line. */
export const METHOD_WORDS: Readonly<Record<Method, { readonly name: string; readonly line: string }>> = {
  mean: {
    name: 'Mean difference',
    line: 'the average step from the low to the high text of a pair. What the paper uses, and what the page steers with.',
  },
  pca: {
    name: 'First principal component',
    line: 'the one line along which the pairs differ most. Heeds pairs that differ much more than those that differ little.',
  },
  logistic: {
    name: 'Logistic probe',
    line: 'the direction that best tells high texts from low ones. Finds what separates them, which need not be what moves the model.',
  },
};

const OTHER_METHODS: Readonly<Record<Exclude<VectorMethod, Method>, string>> = {
  imported: 'Brought in',
  orthogonal: 'Without what it shares with another',
  random: 'Random',
  shuffled: 'Poles dealt by chance',
};

export const methodWords = (method: VectorMethod): string =>
  method in METHOD_WORDS
    ? METHOD_WORDS[method as Method].name
    : OTHER_METHODS[method as Exclude<VectorMethod, Method>];

/** The groups in which selections are offered. */
export const KIND_WORDS: Readonly<Record<SelectionKind, string>> = {
  axis: 'An axis of the map',
  item: 'One survey item',
  domain: 'One part of life',
  all: 'Everything',
};

/** What a set is called: what its pairs are about, or the file they or it came in. */
export function setName({ method, selection, data }: VectorSet): string {
  if (method === 'imported' || !data.name.startsWith('scenarios/') || data.n === 0)
    return selection === 'all' ? data.name : `${data.name}, ${selection}`;
  const read = readSelection(selection);
  return read ? selectionWords(read) : selection;
}

export const FORMAT_WORDS: Readonly<Record<VectorFormat, string>> = {
  gguf: 'GGUF control vector',
  safetensors: 'safetensors',
  npz: 'NumPy (.npz)',
  json: 'JSON',
};

export const shortHash = (sha256: string): string => sha256.slice(0, 8);

export const madeWhen = (iso: string): string =>
  new Date(iso).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

const said = (value: number): string => value.toFixed(2).replace('-', '−');

/** A mean cosine with its interval and how many pairs it is of. */
export function agreementWords({
  pairwise: { mean, interval },
  pairs,
}: NonNullable<VectorSet['layers'][number]['agreement']>): string {
  const between = interval ? `, 95 % interval ${said(interval.low)} to ${said(interval.high)}` : '';
  return `mean cosine ${said(mean)}${between}, n = ${pairs} pairs`;
}
