import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { askMirror, mirrorBase, type MirrorAnswer } from '../experiments/mirror-address.ts';
import { MODEL_ENTRIES } from '../experiments/model-entries.ts';
import type { ModelEntry } from '../experiments/model-entry.ts';
import { keep, readKept } from './kept.ts';

const KEY = 'leeway-mirror';

function kept(): string | undefined {
  const base = readKept(KEY);
  try {
    return typeof base === 'string' ? mirrorBase(base, location) : undefined;
  } catch {
    // The page has moved to https since then.
    return undefined;
  }
}

/** Where models are taken from: the hub, or another address that the visitor gave. */
export class MirrorSetting {
  /** Base URL; undefined for the hub. */
  base = $state(kept());
  asking = $state(false);
  /** What the address said of the first model, when it was set in this visit. */
  answer = $state.raw<MirrorAnswer>();
  error = $state.raw<ErrorReport>();

  /** The model that a mirror is asked for. */
  get probe(): ModelEntry | undefined {
    return MODEL_ENTRIES[0];
  }

  /** Takes models from this address from now on, if it answers. */
  async use(text: string): Promise<void> {
    this.asking = true;
    this.error = undefined;
    this.answer = undefined;
    try {
      const base = mirrorBase(text, location);
      if (this.probe) this.answer = await askMirror(base, this.probe);
      this.base = base;
      keep(KEY, base);
    } catch (thrown) {
      this.error = LeewayError.wrap(thrown, 'internal', 'Try again.').report();
    } finally {
      this.asking = false;
    }
  }

  useHub(): void {
    this.base = undefined;
    this.answer = undefined;
    this.error = undefined;
    keep(KEY, undefined);
  }
}
