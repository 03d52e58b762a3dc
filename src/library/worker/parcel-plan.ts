import { LeewayError, type ErrorReport } from '../../errors/leeway-error.ts';
import type { HubFile } from '../../models/hub.ts';
import { namedWeights, planFiles } from '../../models/model-plan.ts';
import type { Parcel } from '../../models/parcel.ts';
import { readVariants, type Variant } from '../../models/variant.ts';

/** What of a parcel is a model, and what speaks against the rest. */
export interface ParcelPlan {
  readonly parcel: Parcel;
  readonly variants: readonly Variant[];
  /** Files that the variants need, as far as is known before they are here. */
  readonly needed: readonly HubFile[];
  readonly refused: readonly ErrorReport[];
}

const NEEDED = ['config.json', 'tokenizer.json'];
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const incomplete = (message: string): ErrorReport =>
  new LeewayError('model-incomplete', message, 'Bring the whole folder of the model.').report();

/** A sentence where a graph has not what every model needs beside it. */
function lack(parcel: Parcel, variant: Variant): string | undefined {
  if (variant.kind === 'gguf') return undefined;
  const planned = planFiles(parcel.files, variant).map(({ path }) => nameOf(path));
  const missing = NEEDED.find((name) => !planned.includes(name));
  return missing && `${nameOf(variant.path)} of ${parcel.repository} has no ${missing} beside it.`;
}

const isStated = ({ sha256, gitOid }: HubFile): boolean => (sha256 ?? gitOid) !== undefined;

/** Files that have to be read once more, for their digest, before they can be stored under it. */
export const unstated = ({ needed }: ParcelPlan): HubFile[] => needed.filter((file) => !isStated(file));

/**
 * Which models of a parcel are whole, and what they need. In a folder without a file list a graph is asked which weights
 * it wants (`graphOf` gives its bytes); that of a mirror is read once it is here and verified.
 */
export async function planParcel(
  parcel: Parcel,
  graphOf: (path: string) => Promise<Blob>,
): Promise<ParcelPlan> {
  const { whole, shards } = readVariants(parcel.files);
  const refused = shards
    .slice(0, 1)
    .map((path) =>
      new LeewayError(
        'gguf-unsupported',
        `${nameOf(path)} is one piece of a split model, which is not read.`,
        'Merge the pieces with llama-gguf-split --merge.',
      ).report(),
    );
  const variants: Variant[] = [];
  const needed = new Map<string, HubFile>();
  for (const variant of whole) {
    const fault = lack(parcel, variant);
    const files = planFiles(parcel.files, variant);
    try {
      const named =
        fault === undefined && parcel.commit === undefined && variant.kind !== 'gguf'
          ? await namedWeights(variant, await graphOf(variant.path))
          : [];
      const missing = named.find((path) => !parcel.files.some((file) => file.path === path));
      const sentence =
        fault ?? (missing && `${variant.path} of ${parcel.repository} needs ${missing}, which is not there.`);
      if (sentence !== undefined) {
        refused.push(incomplete(sentence));
        continue;
      }
      variants.push(variant);
      for (const file of [...files, ...parcel.files.filter(({ path }) => named.includes(path))])
        needed.set(file.path, file);
    } catch (thrown) {
      if (!(thrown instanceof LeewayError) || thrown.code === 'cancelled') throw thrown;
      const whose = thrown.code === 'file-unreadable' ? '' : `${variant.path} of ${parcel.repository}: `;
      refused.push({ ...thrown.report(), message: whose + thrown.message });
    }
  }
  return { parcel, variants, needed: [...needed.values()], refused };
}
