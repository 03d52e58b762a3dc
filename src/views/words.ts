import type { SelfCheck } from '../engine/shared/protocol.ts';
import type { ModelProgress } from '../experiments/load-model.ts';
import type { MapMode } from '../science/culture-map.ts';
import type { Protocol } from '../science/prompt.ts';
import type { PushEffect } from '../science/shift.ts';
import { megabytes } from '../models/byte-size.ts';
import type { HeadPlace } from '../state/session.svelte.ts';
import type { TransferFigures } from '../state/transfer-meter.ts';

// What reports say, too.
export { AXIS_WORDS, axisName, capital } from '../science/axis-words.ts';

/** A model's name without the word that all of them carry. */
export const shortName = (name: string): string => name.replace(/ Instruct$/, '');

/** The places that the page's head leads to, in reading order; the others are opened from one of these. */
export const PLACE_WORDS: Readonly<Record<HeadPlace, string>> = {
  map: 'Map',
  leeway: 'Leeway',
  talk: 'Side by side',
  lab: 'Lab',
  validity: 'Can we believe it?',
  runs: 'Runs',
  library: 'Library',
};

/** The ways of asking as the page calls them. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  letters: 'letters (A or B)',
  'letters-chat': 'letters in a chat',
  cloze: 'the options’ own words',
};

export const PHASE_WORDS: Readonly<Record<ModelProgress['phase'], string>> = {
  list: 'Looking for its files',
  chosen: 'Looking what is here already',
  download: 'Downloading',
  surgery: 'Opening its layers for steering',
  compile: 'Starting it on this machine',
  check: 'Checking this machine’s numbers',
  ready: 'Ready',
};

export const MODE_WORDS: Readonly<Record<MapMode, string>> = {
  centred: 'human average',
  published: 'mid-scale',
};

export const BACKEND_WORDS = { webgpu: 'WebGPU', wasm: 'WASM' } as const;

/** How the machine's numbers stood up to the reference, in a sentence. */
export function selfCheckWords(check: SelfCheck): string {
  if (check.state === 'not-made') return `Not made. ${check.why}`;
  const figures = `logits ${check.logits.toExponential(1)}, residual stream ${check.residual.toExponential(1)}, at most ${check.tolerance.toExponential(0)} is allowed`;
  return check.state === 'passed'
    ? `Passed: WebGPU gives what WASM gives (${figures}).`
    : `Failed: WebGPU gives other numbers than WASM (${figures}). Run on WASM, or take a more exact file.`;
}

export function counted(done: number, total: number, what = 'dilemmas'): string {
  return `${done} of ${total} ${what}`;
}

/** How far a download is and how fast it comes; or why nothing comes here. */
export function transferWords({ loaded, total, rate, waiting }: TransferFigures): string {
  const far = `${megabytes(loaded)} of ${megabytes(total)}`;
  if (waiting) return `${far}, another tab downloads it`;
  if (rate === undefined || loaded >= total) return far;
  return rate < 1e3 ? `${far}, nothing comes just now` : `${far}, ${rateWords(rate)}`;
}

const rateWords = (rate: number): string =>
  rate < 1e6 ? `${Math.round(rate / 1e3)} kB/s` : `${(rate / 1e6).toFixed(rate < 10e6 ? 1 : 0)} MB/s`;

/** What a push did, in a sentence for someone who has never steered a model. */
export const EFFECT_WORDS: Readonly<Record<PushEffect, string>> = {
  with: 'The model went the way it was pushed, by more than these dilemmas would show by chance.',
  against:
    'The model went against the push: at this layer the learned direction does not carry this value. Try another layer.',
  unclear: 'No clear move: the interval includes zero. Push harder, or try another layer.',
};
