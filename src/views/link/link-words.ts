import { BACKEND_WORDS, PROTOCOL_WORDS } from '../words.ts';
import type { LinkDifference, Permalink } from '../../links/permalink.ts';
import { pushWords } from '../../runs/push-words.ts';
import type { SteeringRecord } from '../../runs/run.ts';

const records = ({ steering }: Permalink): SteeringRecord[] =>
  (steering?.pushes ?? []).flatMap(({ axis, strength, layers }) =>
    layers.map((layer): SteeringRecord => ({
      ...{ vector: `axis:${axis}`, axis, layer, strength },
      unit: steering?.unit ?? 'norm',
      ...(steering && steering.method !== 'mean' ? { method: steering.method } : {}),
      ...(steering && steering.way !== 'add' ? { way: steering.way } : {}),
      ...(steering && steering.at !== 'all' ? { at: steering.at } : {}),
    })),
  );

/** What an address asks for, in a sentence. */
export function askedWords(link: Permalink, name: string): string {
  const asked = `${link.dilemmas} dilemmas asked in ${PROTOCOL_WORDS[link.protocol]}`;
  const as = link.system ? ` after “${link.system}”` : '';
  const steering = records(link);
  return `${name}: ${asked}${as}, ${steering.length > 0 ? pushWords(steering) : 'not pushed'}.`;
}

const hashWords = (hash: string): string => (hash === '' ? 'none' : hash.slice(0, 12));

/** What identifies it, for whoever wants to know. */
export const tracedWords = ({ revision, dtype, backend, seed }: Permalink): string =>
  `Revision ${hashWords(revision)}, ${dtype}, ${BACKEND_WORDS[backend]}, seed ${seed}.`;

function differenceWords({ what, linked, here }: LinkDifference): string {
  switch (what) {
    case 'revision':
      return `The model’s revision is ${hashWords(here)}, in the address ${hashWords(linked)}.`;
    case 'dtype':
      return `Its weights are kept as ${here}, in the address as ${linked}.`;
    case 'backend':
      return `It ran on ${here === 'wasm' ? 'WASM' : 'WebGPU'}, in the address on ${linked === 'wasm' ? 'WASM' : 'WebGPU'}.`;
    case 'dilemmas':
      return 'The page has other dilemmas by now than the address, or fewer of them were asked.';
    case 'seed':
      return `The seed is ${here}, in the address ${linked}.`;
    case 'training':
      return 'The directions were learned from other training dilemmas than those of the address.';
    case 'push':
      return 'The push of the address is not possible with this model as it stands there.';
    case 'vectors':
      return 'The vectors are not those of the address to the last bit.';
  }
}

/** How far a measurement is that of its address, in sentences. */
export function followedWords(differences: readonly LinkDifference[]): readonly string[] {
  const [only, ...others] = differences;
  if (!only)
    return [
      'Measured as the address says: the same model, dilemmas and seed, the same push to the last bit.',
    ];
  // With nothing else changed it can only be rounding.
  if (only.what === 'vectors' && others.length === 0)
    return [
      'Measured as the address says. The vectors were learned on this machine, which rounds otherwise: they differ in their last digits.',
    ];
  return ['Measured, but not all is as the address says:', ...differences.map(differenceWords)];
}
