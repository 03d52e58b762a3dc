import type { Engine } from '../engine/client/engine.ts';
import type { RunStore } from '../runs/run-store.ts';
import { controlChange, meanKl, perplexityRatio, type SideEffects } from '../science/side-effects.ts';
import type { Manner } from './asking.ts';
import { storedControls, type ControlSet } from './control-check.ts';
import type { NeutralReader, PassageSet } from './neutral.ts';
import type { RecordedPush } from './push.ts';

export interface SideEffectSpec extends Manner {
  readonly pushes: readonly RecordedPush[];
  readonly passages: PassageSet;
  /** Read only the first passages of the file. */
  readonly passageLimit?: number | undefined;
  readonly controls: ControlSet;
  /** Ask only the first control questions of the file. */
  readonly controlLimit?: number | undefined;
  readonly seed: number;
}

export interface SideEffectProgress {
  /** What is known so far. */
  readonly sideEffects: SideEffects;
  readonly done: number;
  readonly total: number;
  /** How much of `done` was there before and cost no time now. */
  readonly stored: number;
}

/**
 * What a push does beside what it is meant to do: perplexity and next words of neutral passages, then the control
 * questions in the way of asking that is in use, each without the push and with it. All of it is stored: what was asked
 * before is not asked again.
 * @throws LeewayError as `NeutralReader.read` and `storedControls` do.
 */
export async function measureSideEffects(
  engine: Engine,
  store: RunStore,
  reader: NeutralReader,
  { pushes, passages, passageLimit, controls, controlLimit, seed, ...manner }: SideEffectSpec,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress?: (progress: SideEffectProgress) => void },
): Promise<SideEffects> {
  const { protocol, labels, system } = manner;
  const total =
    2 * Math.min(passageLimit ?? Infinity, passages.passages.length) +
    2 * Math.min(controlLimit ?? Infinity, controls.questions.length);
  let sideEffects: SideEffects = {};
  let done = 0;
  let stored = 0;
  const options = () => {
    let before = 0;
    return {
      signal,
      onAnswers: (answers: readonly unknown[], fresh: boolean) => {
        const more = answers.length - before;
        before = answers.length;
        done += more;
        if (!fresh) stored += more;
        onProgress?.({ sideEffects, done, total, stored });
      },
    };
  };
  const read = (under: readonly RecordedPush[]) =>
    reader.read({ passages, limit: passageLimit, seed, pushes: under }, options());
  const ask = (under: readonly RecordedPush[]) =>
    storedControls(
      engine,
      store,
      controls,
      { protocol, labels, system, seed, limit: controlLimit, pushes: under },
      options(),
    );
  const [plain, pushed] = [await read([]), await read(pushes)];
  sideEffects = { perplexity: perplexityRatio(plain, pushed, { seed }), kl: meanKl(pushed, { seed }) };
  const [before, after] = [await ask([]), await ask(pushes)];
  return { ...sideEffects, controls: controlChange(before, after) };
}
