import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { readModel } from '../../../src/onnx/graph.ts';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { mutated, randomIntegers } from '../mutated-file.ts';

const FILES = 20_000;
const SEED = 5;

const read = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/${path}/model.onnx`, import.meta.url)));

test(`${FILES} damaged ONNX files end in a patched graph or in a typed error`, { timeout: 240_000 }, () => {
  const random = randomIntegers(SEED);
  const sources = ['tiny-llama-builder', 'tiny-llama-optimum'].map(read);
  const outcomes = new Map<string, number>();
  const untyped: string[] = [];
  let slowest = 0;
  for (let i = 0; i < FILES; i++) {
    // The plain graph has twenty times the nodes: every tenth file is enough of it.
    const whole = sources[i % 10 === 0 ? 1 : 0] as Uint8Array<ArrayBuffer>;
    const damaged = mutated(whole, whole.length, random);
    const start = performance.now();
    let outcome = 'patched';
    try {
      const graph = prepareGraph(damaged, { fileName: 'model.onnx' });
      // What is handed on must be a model that can be read again, with the ports it promises.
      const again = readModel(graph.proto).graph;
      const inputs = again.inputs.map((input) => input.name);
      const outputs = again.outputs.map((output) => output.name);
      if (!(graph.layers > 0 && graph.hidden > 0 && graph.vocabulary > 0))
        untyped.push(`file ${i}: an empty model`);
      if (
        !['steering', 'logit_rows', 'residual_rows', graph.inputs.inputIds].every((name) =>
          inputs.includes(name),
        )
      )
        untyped.push(`file ${i}: inputs ${inputs.join(', ')}`);
      if (![graph.outputs.logits, 'residual'].every((name) => outputs.includes(name)))
        untyped.push(`file ${i}: outputs ${outputs.join(', ')}`);
    } catch (thrown) {
      if (thrown instanceof LeewayError && thrown.code.startsWith('onnx-')) outcome = thrown.code;
      else
        untyped.push(
          `file ${i}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
        );
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    slowest = Math.max(slowest, performance.now() - start);
  }
  console.log(
    `ONNX fuzz: ${FILES} files, ${[...outcomes].map(([name, n]) => `${n} ${name}`).join(', ')}; slowest ${slowest.toFixed(0)} ms, untyped ${untyped.length}`,
  );
  expect(untyped.slice(0, 3)).toEqual([]);
  expect(outcomes.get('patched') ?? 0).toBeGreaterThan(0);
});
