import type { SchemaObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { entryListing, type ModelEntry, type ModelManifest } from '../../src/experiments/model-entry.ts';
import { megabytes } from '../../src/models/byte-size.ts';
import type { Machine } from '../../src/models/machine.ts';
import { choosePrecision } from '../../src/models/precision.ts';
import { readVariants } from '../../src/models/variant.ts';
import { CHROMEBOOK, LAPTOP } from './machines.ts';
import { manifestFaults } from './manifest-faults.ts';

/** Lints models.json and prints what two machines would take of each model. Exits with 1 where something is to be mended. */
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

/** What a machine would take of a model, by the app's own policy. */
function taken(entry: ModelEntry, machine: Machine): string {
  const { variant, backend } = choosePrecision(readVariants(entryListing(entry)).whole, machine);
  return `${variant.label} ${megabytes(variant.bytes)} ${backend}`;
}

const manifest = read('models.json');
const faults = manifestFaults(manifest, read('models.schema.json') as SchemaObject);
if (faults.length === 0) {
  const rows = (manifest as ModelManifest).models.map((entry) => {
    const bytes = entry.files.map((file) => file.bytes);
    const row = {
      licence: entry.licence.name,
      smallest: megabytes(Math.min(...bytes)),
      largest: megabytes(Math.max(...bytes)),
      '8 GB laptop, WebGPU f16': taken(entry, LAPTOP),
      '4 GB Chromebook, WASM': taken(entry, CHROMEBOOK),
      protocol: `${entry.protocol} (${entry.protocolBasis})`,
    };
    return [entry.id, row] as const;
  });
  console.table(Object.fromEntries(rows));
}
console.log(`models.json: ${faults.length} faults`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
