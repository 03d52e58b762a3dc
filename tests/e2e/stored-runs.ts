import type { Page } from '@playwright/test';
import type { Run } from '../../src/runs/run.ts';

/** The runs as they lie in the page's database. */
export const storedRuns = (page: Page): Promise<Run[]> =>
  page.evaluate(
    () =>
      new Promise<Run[]>((resolve, reject) => {
        const opening = indexedDB.open('leeway-runs');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const db = opening.result;
          const all = db.transaction('runs').objectStore('runs').getAll() as IDBRequest<Run[]>;
          all.onerror = () => reject(new Error('no runs'));
          all.onsuccess = () => {
            db.close();
            resolve(all.result);
          };
        };
      }),
  );
