import type { HeldState } from '../library/shared/protocol.ts';
import { holdingName } from '../experiments/model-entries.ts';
import { keep, readKept } from './kept.ts';

const KEY = 'leeway-held';

/** What is remembered of a model on this device, outside of the storage that holds it. */
export interface HeldNote {
  readonly key: string;
  readonly name: string;
  readonly id: string;
  readonly repository: string;
  readonly revision: string;
  readonly graph: string;
  readonly base: string;
  /** Bytes that were here. */
  readonly bytes: number;
}

const TEXTS = ['key', 'name', 'id', 'repository', 'revision', 'graph', 'base'] as const;

const isNote = (value: unknown): value is HeldNote => {
  const note = value as Readonly<Record<string, unknown>> | null;
  return (
    typeof note === 'object' &&
    note !== null &&
    typeof note['bytes'] === 'number' &&
    TEXTS.every((name) => typeof note[name] === 'string')
  );
};

/** What was on this device when the page last looked; empty where nothing is remembered. */
export function readHeldNotes(): readonly HeldNote[] {
  const notes = readKept(KEY);
  return Array.isArray(notes) ? notes.filter(isNote) : [];
}

const noteOf = ({ holding, received }: HeldState): HeldNote => {
  const { key, id, repository, revision, graph, base } = holding;
  return { key, id, repository, revision, graph, base, name: holdingName(holding), bytes: received };
};

/**
 * Remembers what is on this device now: what of it is missing at the next visit the browser has cleared. What was cleared
 * is remembered until the visitor has answered.
 */
export function keepHeldNotes(held: readonly HeldState[], cleared: readonly HeldNote[]): void {
  const here = held.filter(({ received }) => received > 0).map(noteOf);
  const notes = [...here, ...clearedSince(cleared, held)];
  keep(KEY, notes.length === 0 ? undefined : notes);
}

/** Models that were here and are gone, though nobody deleted them. */
export function clearedSince(notes: readonly HeldNote[], held: readonly HeldState[]): readonly HeldNote[] {
  const keys = new Set(held.map(({ holding }) => holding.key));
  return notes.filter(({ key }) => !keys.has(key));
}
