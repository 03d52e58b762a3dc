import type { Page } from '@playwright/test';
import { MEASURING, PUSHING, Visit } from '../tests/e2e/visit.ts';
import type { Figures } from './figures.ts';

/** From the click to the first figure, to the whole baseline, and to the first moved point. */
export async function firstMove(page: Page, url: string, strength: string): Promise<Figures> {
  const visit = new Visit(page);
  await visit.open(url, 'wasm');
  const start = Date.now();
  const since = (): number => (Date.now() - start) / 1000;
  await visit.start.click();
  await visit.reached(MEASURING, 1);
  const first = since();
  await visit.reached(MEASURING, 60);
  const baseline = since();
  await visit.sliderReady();
  const ready = since();
  await visit.slider.fill(strength);
  await visit.reached(PUSHING, 1);
  const moved = since();
  await visit.reached(PUSHING, 60);
  return {
    'click to first figure, s': { value: first },
    'click to whole baseline, s': { value: baseline },
    'click to slider ready, s': { value: ready },
    'click to first moved point, s': { value: moved },
    'slider to first moved point, s': { value: moved - ready },
    'slider to all dilemmas moved, s': { value: since() - ready },
  };
}
