import type { SchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import manifest from '../../../models.json' with { type: 'json' };
import schema from '../../../models.schema.json' with { type: 'json' };
import { manifestFaults } from '../../../tools/models/manifest-faults.ts';

type Manifest = typeof manifest;
type Entry = Manifest['models'][number];

/** The faults of the real list once something in it is broken. */
function faultsAfter(breaks: (first: Entry, list: Manifest) => void): string[] {
  const copy = structuredClone(manifest);
  const [first] = copy.models;
  if (first) breaks(first, copy);
  return manifestFaults(copy, schema as SchemaObject);
}
const file = (entry: Entry): Entry['files'][number] => {
  const [first] = entry.files;
  if (!first) throw new Error('no file');
  return first;
};

it('finds nothing wrong with the list itself', () => {
  expect(faultsAfter(() => undefined)).toEqual([]);
});

describe('a broken list', () => {
  const BROKEN: readonly [string, (first: Entry, list: Manifest) => void, RegExp][] = [
    ['no licence note', (entry) => (entry.licence.note = ''), /models\/0\/licence\/note must match pattern/],
    ['a summary without a full stop', (entry) => (entry.summary = 'A model'), /models\/0\/summary/],
    [
      'an unknown protocol',
      (entry) => (entry.protocol = 'essay'),
      /models\/0\/protocol must be equal to one of/,
    ],
    ['a family that is not read', (entry) => (entry.family = 'smollm3'), /models\/0\/family/],
    ['no files', (entry) => (entry.files = []), /models\/0\/files must NOT have fewer/],
    [
      'a key too many',
      (entry) => Object.assign(entry, { licens: 'x' }),
      /must NOT have additional properties \(licens\)/,
    ],
    [
      'two entries of one id',
      (entry, { models }) => (entry.id = models[1]?.id ?? ''),
      /The id \S+ is there twice/,
    ],
    [
      'two entries of one repository',
      (entry, { models }) => (entry.repository = models[1]?.repository.toUpperCase() ?? ''),
      /The repository \S+ is there twice/,
    ],
    ['a label that is not read', (entry) => (file(entry).label = 'full'), /is read as Q8_0, not full/],
    ['a kind that is not read', (entry) => (file(entry).kind = 'q8'), /is read as gguf, not q8/],
    [
      'a part of a model',
      (entry) => (file(entry).paths = ['onnx/decoder_model.onnx']),
      /not read as a whole model/,
    ],
    ['data of another graph', (entry) => file(entry).paths.push('onnx/weights.bin'), /is no data file of/],
    ['memory of another model', (entry) => (file(entry).memory = 2e9), /takes 162\d{6} bytes of memory/],
    [
      '16-bit graphs alone',
      (entry) => {
        const one = { bytes: 3e8, memory: 3e8, paths: ['onnx/model_fp16.onnx'] };
        entry.files = [{ ...one, label: 'fp16', kind: 'fp16' }];
      },
      /no file runs on WASM without 16-bit floats/,
    ],
    [
      'nothing for the graphics adapter',
      (entry) => {
        const one = file(entry);
        entry.files = [{ ...one, label: 'int8', kind: 'dynamic', paths: ['onnx/model_int8.onnx'] }];
      },
      /no file suits WebGPU/,
    ],
    [
      'a gated repository',
      (entry) => (entry.gate = { ...entry.gate, original: entry.repository, gated: true }),
      /itself asks for an account/,
    ],
    ['an expectation told as a fact', (entry) => (entry.protocolBasis = 'expected'), /“not measured yet”/],
    [
      'a source elsewhere',
      (entry) => (entry.source.url = 'https://example.org/x'),
      /its source is no page of/,
    ],
    ['a licence of two names', (entry) => (entry.licence.spdx = 'MIT'), /MIT by SPDX/],
  ];

  it.each(BROKEN)('is found: %s', (_, breaks, fault) => {
    const faults = faultsAfter(breaks);
    expect(faults.join('\n')).toMatch(fault);
    for (const line of faults) expect(line).toMatch(/^\S.*\.$/s);
  });

  it('is no list at all', () => {
    for (const value of [null, [], {}, 'models'])
      expect(manifestFaults(value, schema as SchemaObject)).not.toEqual([]);
  });
});
