import { inject } from 'vitest';
import type { HubOrder } from './control.ts';
import type { Served } from './file-answer.ts';

/** Base URL of the hub. */
export const hubUrl = (): string => inject('hub').hub;

/** Orders the hub about, from a test in the browser. */
export async function orderHub(order: HubOrder): Promise<readonly Served[]> {
  const response = await fetch(inject('hub').orders, { method: 'POST', body: JSON.stringify(order) });
  return (await response.json()) as readonly Served[];
}

/** Bytes as an order carries them. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
