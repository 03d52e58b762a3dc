import type { ModelChoice } from '../../experiments/model-choice.ts';
import type { ModelEntry } from '../../experiments/model-entry.ts';
import { megabytes } from '../../models/byte-size.ts';

/** A number of weights as models are named by it: 135M, 1.23B. */
export function weightsWords(parameters: number): string {
  if (parameters < 1e9) return `${Math.round(parameters / 1e6)}M`;
  return `${Number((parameters / 1e9).toFixed(2))}B`;
}

/** A model in one line of a list: its name, its size, its licence. */
export function choiceWords({ name, entry }: ModelChoice): string {
  if (!entry) return name;
  return `${name} · ${weightsWords(entry.parameters)} parameters · ${entry.licence.name}`;
}

/** How much there is to download: what is taken of it depends on the machine. */
export function downloadWords({ files }: ModelEntry): string {
  const bytes = files.map((file) => file.bytes);
  const [least, most] = [megabytes(Math.min(...bytes)), megabytes(Math.max(...bytes))];
  return least === most ? least : `${least} to ${most}`;
}
