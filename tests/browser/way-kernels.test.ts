import type { InferenceSession } from 'onnxruntime-web/webgpu';
import { expect, it } from 'vitest';
import { setUpRuntime } from '../../src/engine/worker/runtime.ts';
import { steeringFeeds } from '../../src/engine/worker/steering-feeds.ts';
import { FLOAT, GraphBuilder, OPSET } from '../../src/onnx/graph-builder.ts';
import { steeringChange, steeringInputs } from '../../src/onnx/way-nodes.ts';

const SIZES = { batch: 'batch', sequence: 'sequence', layers: 2, hidden: 12 } as const;
const { layers, hidden } = SIZES;

/** A graph of nothing but the ways of steering, and of one more operator where it is given. */
function waysAlone(extra?: string): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('h', FLOAT, ['batch', 'sequence', hidden]);
  for (const { name, dims } of steeringInputs('all', SIZES)) graph.input(name, FLOAT, dims);
  const change = steeringChange(graph, 'all', OPSET)(1, () => 'h');
  const h = extra === undefined ? 'h' : graph.node(extra, ['h']);
  graph.node('Add', [h, change], { outputs: ['steered'] });
  graph.output('steered', FLOAT, ['batch', 'sequence', hidden]);
  return graph.finish();
}

it('WebGPU has a kernel for every operator of every way: nothing falls back to the processor', async () => {
  const { ort } = await setUpRuntime();
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['webgpu'],
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  };
  // An operator that has none is refused, so the option does what it says.
  await expect(ort.InferenceSession.create(waysAlone('Hardmax'), options)).rejects.toThrow(/fallback/);
  const session = await ort.InferenceSession.create(waysAlone(), options);
  const vector = Float32Array.from({ length: hidden }, (_, i) => Math.sin(i));
  const steer = [{ way: 'add-preserving' as const, layer: 1, vector, at: 'last' as const }];
  const h = Float32Array.from({ length: 3 * hidden }, (_, i) => Math.cos(i));
  const feeds = Object.entries(
    steeringFeeds({ layers, hidden, steering: 'all' }, [{ steer, start: 0, count: 3 }], 3),
  ).map(([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)]);
  const { steered } = await session.run({
    ...Object.fromEntries(feeds),
    h: new ort.Tensor('float32', h, [1, 3, hidden]),
  });
  const found = (await steered?.getData()) as Float32Array;
  expect(found.slice(0, 2 * hidden)).toEqual(h.slice(0, 2 * hidden));
  const length = (values: Float32Array): number => Math.hypot(...values);
  expect(length(found.slice(2 * hidden))).toBeCloseTo(length(h.slice(2 * hidden)), 4);
  expect(found.slice(2 * hidden)).not.toEqual(h.slice(2 * hidden));
  await session.release();
});
