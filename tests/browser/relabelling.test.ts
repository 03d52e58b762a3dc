import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { loadModel } from '../../src/experiments/load-model.ts';
import { phantomFiles } from '../../src/experiments/phantoms.ts';
import { probe } from '../../src/experiments/probe.ts';
import { steersOf } from '../../src/experiments/push.ts';
import { readResiduals } from '../../src/experiments/residual-table.ts';
import { readScenarioFile } from '../../src/experiments/scenarios.ts';
import { dilemmaPairs } from '../../src/experiments/text-pairs.ts';
import { makeVectors } from '../../src/experiments/vectors.ts';
import type { Library } from '../../src/library/client/library.ts';
import type { Dilemma } from '../../src/science/dilemma.ts';
import { without } from '../../src/science/directions/orthogonal.ts';
import { LABEL_SETS, lettersPrompt, ORDERS, type LabelSet } from '../../src/science/prompt.ts';
import { relabelling, type LabelledDose } from '../../src/science/response/relabelling.ts';
import { MeanDifference, norm, type LayerVector } from '../../src/science/steering-vector.ts';

const AXIS = 'traditional_secular';
const LAYER = 2;
const LAST = 4;
const base = new URL('/', location.href);
const half = async (name: string): Promise<readonly Dilemma[]> => {
  const text = await (await fetch(new URL(`scenarios/${name}.json`, base))).text();
  return (await readScenarioFile(name, text)).dilemmas;
};

let engine: Engine;
let training: readonly Dilemma[];
let test: readonly Dilemma[];

beforeAll(async () => {
  [training, test] = await Promise.all([half('train'), half('test')]);
  engine = spawnEngine();
  const files = await phantomFiles('phantom-independent', { base });
  await loadModel(engine, {} as Library, files, { backend: 'wasm' });
});
afterAll(() => engine.terminate());

/** What sets prompts apart that the model answers by the first label from those that it answers by the second. */
async function labelDirection(labels: LabelSet): Promise<LayerVector> {
  const asked = training
    .slice(0, 20)
    .flatMap((dilemma) => ORDERS.map((order) => lettersPrompt(dilemma, order, { labels })));
  const [a, b] = await engine.encode(
    LABEL_SETS[labels].map((label) => ({ text: ` ${label}`, special: false })),
  );
  const tokens = await engine.encode(asked.map((text) => ({ text, special: true })));
  const found: { saysFirst: boolean; residual: Float32Array }[] = [];
  for (const ids of tokens) {
    const next = [...(a ?? []), ...(b ?? [])];
    const [row] = (await engine.run([{ tokens: ids, next, capture: [LAST] }])).rows;
    const [first = NaN, second = NaN] = row?.next ?? [];
    found.push({ saysFirst: first > second, residual: row?.residual?.[0] ?? new Float32Array() });
  }
  const mean = (saysFirst: boolean): readonly number[] => {
    const own = found.filter((one) => one.saysFirst === saysFirst);
    return Array.from(
      { length: 64 },
      (_, i) => own.reduce((sum, { residual }) => sum + (residual[i] ?? NaN), 0) / own.length,
    );
  };
  const difference = new MeanDifference(64);
  difference.add(mean(true), mean(false));
  const residualNorm = found.reduce((sum, { residual }) => sum + norm(residual), 0) / found.length;
  return { layer: LAST, direction: difference.mean(), residualNorm };
}

/** A vector's effect on test dilemmas under each set of labels, by the control. */
async function controlled(vector: LayerVector, strength: number) {
  const dilemmas = test.slice(0, 40);
  const doses: Partial<Record<LabelSet, LabelledDose[]>> = {};
  for (const labels of ['AB', 'XY', '12'] as const) {
    const own: LabelledDose[] = [];
    for (const way of [-strength, strength]) {
      const steer = steersOf([{ vector, strength: way, unit: 'norm', way: 'add', at: 'all' }]);
      const { answers } = await probe(engine, { dilemmas, protocol: 'letters', labels, steer });
      own.push({ strength: way, answers });
    }
    doses[labels] = own;
  }
  return relabelling(AXIS, doses, { seed: 1 });
}

const HIDDEN = 64;
const STEP = 0.5;

/** How the log-odds of the first label over the second change with each number of the last layer's residual stream. */
async function labelGradient(labels: LabelSet): Promise<Float32Array> {
  const [a, b] = await engine.encode(
    LABEL_SETS[labels].map((label) => ({ text: ` ${label}`, special: false })),
  );
  const next = [...(a ?? []), ...(b ?? [])];
  const [dilemma] = training as [Dilemma];
  const gradient = new Float32Array(HIDDEN);
  for (const order of ORDERS) {
    const text = lettersPrompt(dilemma, order, { labels });
    const [tokens = []] = await engine.encode([{ text, special: true }]);
    for (let i = 0; i < HIDDEN; i++) {
      const vector = new Float32Array(HIDDEN);
      vector[i] = STEP;
      const { rows } = await engine.run([
        { tokens, next },
        { tokens, next, steer: [{ layer: LAST, vector }] },
      ]);
      const [before, after] = rows.map((row) => (row.next?.[0] ?? NaN) - (row.next?.[1] ?? NaN));
      gradient[i] = (gradient[i] ?? NaN) + ((after ?? NaN) - (before ?? NaN)) / (2 * STEP);
    }
  }
  return gradient;
}

/** A vector built to push the letter A and no other first label: its gradient, freed of what it shares with theirs. */
async function letterVector(): Promise<LayerVector> {
  const { residualNorm } = await labelDirection('AB');
  const [ofAB, ofXY, of12] = [
    await labelGradient('AB'),
    await labelGradient('XY'),
    await labelGradient('12'),
  ].map((direction): LayerVector => ({ layer: LAST, direction, residualNorm })) as [
    LayerVector,
    LayerVector,
    LayerVector,
  ];
  return without(without(ofAB, ofXY), without(of12, ofXY));
}

it('the relabelling control catches a vector that pushes the letter A', async () => {
  const found = await controlled(await letterVector(), 0.1);
  expect(found?.effects.find(({ labels }) => labels === 'AB')?.label.mean).toBeGreaterThan(0.2);
  expect(found?.pushes).toBe('letter');
});

it('and one that pushes whatever stands first', async () => {
  expect((await controlled(await labelDirection('AB'), 0.1))?.pushes).toBe('position');
});

it('and passes the vector of an axis, which moves what is meant', async () => {
  const { pairs } = dilemmaPairs({ name: '', sha256: '', dilemmas: training.slice(0, 120) });
  const table = await readResiduals(engine, pairs);
  const made = await makeVectors(table, pairs, { selection: { kind: 'axis', axis: AXIS }, method: 'mean' });
  const found = made[LAYER] && (await controlled(made[LAYER], 0.15));
  expect(found?.effects).toHaveLength(3);
  expect(found?.verdict).toBe('carries over');
  expect(found?.pushes).toBeUndefined();
});
