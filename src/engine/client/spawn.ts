import { Engine } from './engine.ts';

/** The engine with the page's own module worker behind it. */
export function spawnEngine(): Engine {
  return new Engine(
    () =>
      new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'leeway-engine' }),
  );
}
