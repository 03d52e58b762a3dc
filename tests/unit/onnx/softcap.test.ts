import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { prepareGraph } from '../../../src/onnx/surgery.ts';

/** A builder export whose attentions cap their scores at `cap`: the attribute is there in every export, as 0. */
function capped(cap: number): Uint8Array {
  const bytes = readFileSync('tests/fixtures/tiny-llama-builder/model.onnx');
  const name = Buffer.from('softcap');
  let found = 0;
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    // After the name: the tag of the float field (2, 32 bits), then the value.
    expect(bytes[at + name.length]).toBe(0x15);
    bytes.writeFloatLE(cap, at + name.length + 1);
    found++;
  }
  expect(found).toBeGreaterThan(0);
  return new Uint8Array(bytes);
}

it('keeps a soft cap of scores off WebGPU, whose attention leaves it out without a word', () => {
  const fault = (cap: number): string | undefined =>
    prepareGraph(capped(cap), { fileName: 'model.onnx' }).webgpuFault;
  expect(fault(0)).toBeUndefined();
  expect(fault(30)).toMatch(/soft cap/);
});
