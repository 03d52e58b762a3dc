import { openAsBlob } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TextCoder } from '../../src/engine/worker/tokenizer.ts';
import { readGguf } from '../../src/gguf/gguf-file.ts';
import { tokenizerFromMetadata } from '../../src/gguf/tokenizer.ts';
import { readDilemmas } from '../../src/science/dilemma.ts';
import { clozeParts } from '../../src/science/prompt.ts';
import { spread } from '../../src/science/spread.ts';
import { runCommand } from '../python/command.ts';
import { ToolError } from '../python/tool-error.ts';

/** Pairs of the real sample, of one axis, and the layer that they are read after. */
const PAIRS = 20;
const AXIS = 'traditional_secular';
const LAYER = 12;

/**
 * Residuals of the real model for the first training dilemmas of one axis, read by `lab forward`: high, low, high, low …
 * @param root the project's folder
 * @param gguf the real model
 * @param out where the lab writes its JSON
 */
export async function readPairRows(root: string, gguf: string, out: string): Promise<void> {
  const { metadata } = await readGguf(await openAsBlob(gguf));
  const { tokenizer, config } = tokenizerFromMetadata(metadata);
  const coder = new TextCoder(tokenizer, config);
  const reading = readDilemmas(JSON.parse(await readFile(join(root, 'public/scenarios/train.json'), 'utf8')));
  if (!reading.ok) throw new ToolError('The training dilemmas cannot be read.');
  const dilemmas = spread(reading.dilemmas).filter(({ axis }) => axis === AXIS);
  const rows = dilemmas.slice(0, PAIRS).flatMap((dilemma) =>
    (['high', 'low'] as const).map((pole) => {
      const { stem, option } = clozeParts(dilemma, pole);
      const tokens = [
        ...coder.encode({ text: stem, special: true }),
        ...coder.encode({ text: option, special: false }),
      ];
      return { tokens, capture: [LAYER] };
    }),
  );
  const requests = `${out}.requests.json`;
  await writeFile(requests, JSON.stringify({ rows }));
  const lab = join(root, 'lab/cli.ts');
  const words = ['forward', '--model', gguf, '--backend', 'wasm', '--weights', 'float32'];
  await runCommand(process.execPath, [
    '--import',
    'tsx',
    lab,
    ...words,
    '--requests',
    requests,
    '--out',
    out,
  ]);
}
