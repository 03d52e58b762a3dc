import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareGraph, type SteeringWays } from '../../../src/onnx/surgery.ts';
import type { Files, Steer } from './decoder-session.ts';
import { DecoderSession } from './decoder-session.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export const TOOLCHAINS = ['tiny-llama-builder', 'tiny-llama-optimum'] as const;
export type Toolchain = (typeof TOOLCHAINS)[number];

export const EXPECTED = { expectedLayers: 4, expectedHidden: 64 } as const;

export interface GoldenCase {
  readonly name: string;
  readonly request: { readonly tokens: number[]; readonly steer: Steer[]; readonly capture: number[] };
  /** Last position only, from PyTorch forward hooks. */
  readonly expected: { readonly logits: number[]; readonly residual: Record<string, number[]> };
}

export function goldenCases(): GoldenCase[] {
  return (JSON.parse(readFileSync(`${FOLDER}tiny-llama-golden.json`, 'utf8')) as { cases: GoldenCase[] })
    .cases;
}

export function readFixture(toolchain: Toolchain, file: string): Uint8Array {
  return new Uint8Array(readFileSync(`${FOLDER}${toolchain}/${file}`));
}

/** The files beside the graph that it mounts. */
export function mounted(toolchain: Toolchain, names: readonly string[]): Files {
  return Object.fromEntries(names.map((name) => [name, readFixture(toolchain, name)]));
}

export async function openFixture(
  toolchain: Toolchain,
  steering: SteeringWays = 'add',
): Promise<DecoderSession> {
  const options = { fileName: 'model.onnx', steering, ...EXPECTED };
  const graph = prepareGraph(readFixture(toolchain, 'model.onnx'), options);
  return DecoderSession.open(graph, mounted(toolchain, graph.externalFiles));
}
