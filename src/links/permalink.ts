import { sha256 } from 'hash-wasm';
import type { Provenance } from '../runs/run.ts';
import type { MapMode } from '../science/culture-map.ts';
import type { Method } from '../science/directions/direction.ts';
import type { Axis } from '../science/item.ts';
import type { PushManner } from '../science/push.ts';
import type { LayerVector } from '../science/steering-vector.ts';

/** One axis of a linked push: how strongly, after which layers. */
export interface LinkedPush {
  readonly axis: Axis;
  readonly strength: number;
  readonly layers: readonly number[];
}

/** What is pushed, and by which vectors. */
export interface LinkedSteering extends PushManner {
  readonly method: Method;
  /** The training pairs: the file's hash, and how many of its first dilemmas were read. */
  readonly training: { readonly sha256: string; readonly n: number };
  /** `vectorDigest` of the vectors that act. */
  readonly vectors: string;
  readonly pushes: readonly LinkedPush[];
}

/** All that makes a measurement on the map what it is, short enough for an address. Hashes are cut, see `shortHash`. */
export interface Permalink {
  /** Id of one of the page's models, or a repository of the hub. */
  readonly model: string;
  /** Empty where the model's files have none. */
  readonly revision: string;
  readonly dtype: string;
  readonly backend: Provenance['model']['backend'];
  /** The repository's file that was taken, where it holds several. */
  readonly file?: string;
  readonly protocol: Provenance['protocol'];
  readonly system?: string;
  /** How many of the file's first dilemmas were asked, and the file's hash. */
  readonly dilemmas: number;
  readonly scenarios: string;
  readonly seed: number;
  readonly map: MapMode;
  /** Absent where nothing is pushed. */
  readonly steering?: LinkedSteering;
}

const HASH_DIGITS = 16;

/** So much of a hash that no two files of a project share it. */
export const shortHash = (hash: string): string => hash.slice(0, HASH_DIGITS);

export const isShortHash = (text: string): boolean => text.length === HASH_DIGITS && /^[0-9a-f]+$/.test(text);

/** A hash of vectors to the last bit (SHA-256 over their 32-bit floats, in the order given), cut short. */
export async function vectorDigest(vectors: readonly LayerVector[]): Promise<string> {
  const floats = vectors.flatMap(({ direction }) => Array.from(direction));
  const bytes = new DataView(new ArrayBuffer(floats.length * 4));
  floats.forEach((value, i) => bytes.setFloat32(4 * i, value, true));
  return shortHash(await sha256(new Uint8Array(bytes.buffer)));
}

/** One point in which a measurement is not that of a link. */
export interface LinkDifference {
  readonly what: 'revision' | 'dtype' | 'backend' | 'dilemmas' | 'seed' | 'training' | 'push' | 'vectors';
  readonly linked: string;
  readonly here: string;
}

const trainingOf = ({ steering }: Permalink): string =>
  steering ? `${steering.training.sha256}/${steering.training.n}` : '';

function pushOf({ steering }: Permalink): string {
  if (!steering) return 'none';
  const { way, at, unit, method, pushes } = steering;
  return [way, at, unit, method, ...pushes.map((push) => Object.values(push).join(' '))].join(', ');
}

/**
 * In what two measurements differ. Vectors that were learned from the same pairs of the same weights and are not the same to
 * the bit are named too: another machine or another number of threads rounds otherwise.
 */
export function differencesOf(linked: Permalink, here: Permalink): LinkDifference[] {
  const pairs: readonly (readonly [LinkDifference['what'], string, string])[] = [
    ['revision', linked.revision, here.revision],
    ['dtype', linked.dtype, here.dtype],
    ['backend', linked.backend, here.backend],
    ['dilemmas', `${linked.scenarios}/${linked.dilemmas}`, `${here.scenarios}/${here.dilemmas}`],
    ['seed', String(linked.seed), String(here.seed)],
    ['training', trainingOf(linked), trainingOf(here)],
    ['push', pushOf(linked), pushOf(here)],
    ['vectors', linked.steering?.vectors ?? '', here.steering?.vectors ?? ''],
  ];
  return pairs.flatMap(([what, one, other]) => (one === other ? [] : [{ what, linked: one, here: other }]));
}
