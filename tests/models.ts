import { ensureModel } from '../tools/model/make.ts';

/** Makes every form of the real model that the end-to-end tests need; what is there already is left alone. */
export async function makeModels(): Promise<void> {
  await ensureModel('smollm2-135m');
  await ensureModel('smollm2-135m', { dtype: 'int8' });
  await ensureModel('smollm2-135m', { dtype: 'fp32' });
}

if (process.argv[1]?.endsWith('models.ts')) await makeModels();
