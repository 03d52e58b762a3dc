import { holdingName } from '../../experiments/model-entries.ts';
import type { HeldState, Room } from '../../library/shared/protocol.ts';
import { megabytes } from '../../models/byte-size.ts';
import type { Outcome, Work } from '../../state/holding-work.svelte.ts';

/** A time as the visitor's own clock says it. */
export const whenWords = (time: number): string =>
  new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** What a model on this device is called, with its precision. */
export const heldName = ({ holding }: Pick<HeldState, 'holding'>): string =>
  `${holdingName(holding)}, ${holding.label}`;

/** How much of a model is here. */
export function heldWords({ complete, received, bytes, lost }: HeldState): string {
  if (complete) return `${megabytes(bytes)}, on this device in full`;
  const part = `${megabytes(received)} of ${megabytes(bytes)} here`;
  return lost.length > 0 ? `${part}: the browser has cleared a part of it` : part;
}

/** When a model was used and looked over last. */
export function historyWords({ holding, complete, verifiedAt }: HeldState): string {
  const used =
    holding.usedAt === undefined
      ? `Added ${whenWords(holding.addedAt)}`
      : `Last used ${whenWords(holding.usedAt)}`;
  if (!complete) return used;
  return verifiedAt === undefined
    ? `${used} · not all its files have a digest`
    : `${used} · verified ${whenWords(verifiedAt)}`;
}

const BROUGHT: Readonly<Record<string, string>> = { file: 'from a file', folder: 'from a folder' };

/** Where a model came from, and which version it is. */
export function originWords({ holding: { repository, commit } }: HeldState): string {
  const brought = BROUGHT[repository.slice(0, repository.indexOf('/'))];
  return brought === undefined ? `${repository}, version ${commit.slice(0, 8)}` : `Brought ${brought}`;
}

export const WORK_WORDS: Readonly<Record<Work['kind'], string>> = {
  verify: 'Reading every byte again',
  export: 'Exporting',
  look: 'Looking for a newer version',
};

/** What came of verifying, exporting, looking, in a sentence. */
export function outcomeWords(outcome: Exclude<Outcome, { kind: 'fault' }>): string {
  switch (outcome.kind) {
    case 'verified':
      return [
        outcome.against === 'publisher'
          ? 'Every byte is what its publisher states.'
          : 'Every byte is what it was when the model was brought here.',
        ...(outcome.unstated.length > 0
          ? [`Of ${outcome.unstated.join(', ')} only the size is stated.`]
          : []),
      ].join(' ');
    case 'counted':
      return 'Every byte could be read. No digests are known for this model, so nothing more can be said.';
    case 'exported':
      return outcome.form === 'folder'
        ? `Written into the folder ${outcome.name}. Carry it on a stick, drop it on this page elsewhere, or put it on a web server.`
        : `Saved as ${outcome.name} by your browser. It can be brought in here again as it is.`;
    case 'newest':
      return 'This is the newest version.';
    case 'newer':
      return `A newer version is available (${outcome.commit.slice(0, 8)}). It takes the place of this one.`;
  }
}

/** How full the browser's room is. */
export function roomWords({ usage, quota }: Room): string {
  if (usage === undefined || quota === undefined) return 'The browser does not tell how much room there is.';
  return `${megabytes(usage)} used of the ${megabytes(quota)} that the browser gives this page.`;
}

/** What is told of an entry; its files where the list of models knows them. */
interface EntryFacts {
  readonly licence: string | { readonly name: string };
  readonly files?: readonly { readonly bytes: number }[];
}

/** Licence and size of what can be downloaded. */
export function entryFacts({ licence, files = [] }: EntryFacts): string {
  const sizes = files.map(({ bytes }) => bytes);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const size = least === most ? megabytes(least) : `${megabytes(least)} to ${megabytes(most)}, by precision`;
  const name = typeof licence === 'string' ? licence : licence.name;
  return sizes.length === 0 ? name : `${name} · ${size}`;
}
