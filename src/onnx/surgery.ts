import type { PreparedGraph, SurgeryOptions } from './prepared-graph.ts';

export { PORTS, SURGERY_VERSION } from './prepared-graph.ts';
export type * from './prepared-graph.ts';

/** Placeholder while the parts are written; the signature is final. */
export function prepareGraph(bytes: Uint8Array, options: SurgeryOptions): PreparedGraph {
  throw new Error(`not yet: ${String(bytes.length)} ${options.fileName}`);
}
