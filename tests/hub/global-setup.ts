import type { TestProject } from 'vitest/node';
import { startOrderedHub, type HubAddresses } from './control.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    hub: HubAddresses;
  }
}

/** One hub for all browser tests; each uses repositories of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { hub, orders, stop } = await startOrderedHub();
  project.provide('hub', { hub, orders });
  return stop;
}
