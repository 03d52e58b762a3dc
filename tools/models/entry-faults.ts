import { entryListing, type EntryFile, type ModelEntry } from '../../src/experiments/model-entry.ts';
import { choosePrecision } from '../../src/models/precision.ts';
import { suitability } from '../../src/models/suitability.ts';
import { dataFilesOf, readVariants, type Variant } from '../../src/models/variant.ts';
import { CHROMEBOOK, LAPTOP } from './machines.ts';

/** Sizes are rounded, so the estimates that rest on them are no closer than this. */
const TOLERANCE = 0.01;
/** What WebAssembly can hold of weights (suitability.ts). */
const MOST_ON_WASM = 3e9;

function fileFaults(file: EntryFile, entry: ModelEntry, whole: readonly Variant[]): string[] {
  const [graph = '', ...data] = file.paths;
  const variant = whole.find(({ path }) => path === graph);
  if (!variant) return [`${graph} is not read as a whole model`];
  const faults: string[] = [];
  if (variant.label !== file.label) faults.push(`${graph} is read as ${variant.label}, not ${file.label}`);
  if (variant.kind !== file.kind) faults.push(`${graph} is read as ${variant.kind}, not ${file.kind}`);
  if (variant.unreadable !== undefined) faults.push(`${graph}: ${variant.unreadable}`);
  const own = dataFilesOf(entryListing(entry), graph).map(({ path }) => path);
  for (const path of data) if (!own.includes(path)) faults.push(`${path} is no data file of ${graph}`);
  if (variant.bytes !== file.bytes)
    faults.push(`${graph} is read with ${variant.bytes} bytes, not ${file.bytes}`);
  if (Math.abs(file.memory / variant.memory - 1) > TOLERANCE)
    faults.push(`${graph} takes ${Math.round(variant.memory)} bytes of memory, not ${file.memory}`);
  return faults;
}

/** Whether a file runs well on WASM, whatever the graphics adapter. */
const runsOnWasm = (variant: Variant): boolean => {
  const { refused, tier } = suitability(variant, CHROMEBOOK);
  return !refused && tier === 0 && !variant.needsF16 && variant.memory <= MOST_ON_WASM;
};

function placeFaults(whole: readonly Variant[]): string[] {
  if (whole.length === 0) return [];
  const faults = whole.some(runsOnWasm)
    ? []
    : ['no file runs on WASM without 16-bit floats in 3 GB of memory'];
  const { backend } = choosePrecision(whole, LAPTOP);
  return backend === 'webgpu' ? faults : [...faults, 'no file suits WebGPU'];
}

function wordFaults({
  repository,
  licence,
  gate,
  protocolBasis,
  protocolNote,
  graph,
  files,
  source,
}: ModelEntry): string[] {
  const faults: string[] = [];
  if (licence.spdx !== null && licence.spdx !== licence.name)
    faults.push(`the licence is called ${licence.name}, and ${licence.spdx} by SPDX`);
  if (gate.gated && gate.original === repository) faults.push(`${repository} itself asks for an account`);
  if (!/\bopen\b/i.test(gate.note)) faults.push('the note on the gate does not say that the copy is open');
  if (protocolBasis === 'expected' && !/not measured yet/.test(protocolNote))
    faults.push('the protocol is an expectation, and its note does not say “not measured yet”');
  if (protocolBasis === 'measured' && !/^Measured here/.test(protocolNote))
    faults.push('the protocol was measured, and its note does not begin with “Measured here”');
  if (graph !== undefined && !files.some(({ label, paths }) => label === graph || paths[0] === graph))
    faults.push(`it names the file ${graph}, which it does not list`);
  if (!source.url.includes(`/${repository}`)) faults.push(`its source is no page of ${repository}`);
  return faults;
}

/** What is wrong with an entry that fits the schema, a sentence each. */
export function entryFaults(entry: ModelEntry): string[] {
  const { whole } = readVariants(entryListing(entry));
  const faults = [
    ...entry.files.flatMap((file) => fileFaults(file, entry, whole)),
    ...placeFaults(whole),
    ...wordFaults(entry),
  ];
  return faults.map((fault) => `${entry.id}: ${fault}.`);
}
