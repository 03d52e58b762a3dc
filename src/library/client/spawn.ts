import { Library } from './library.ts';

/** The library with the page's own module worker behind it. */
export function spawnLibrary(): Library {
  return new Library(
    () =>
      new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'leeway-library' }),
  );
}
