import { Ajv2020, type SchemaObject } from 'ajv/dist/2020.js';
import type { ModelManifest } from '../../src/experiments/model-entry.ts';
import { entryFaults } from './entry-faults.ts';

/** Values that occur more than once. */
const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, i) => values.indexOf(value) !== i)),
];

/** What is wrong with a list of models, a sentence each; an empty list where it is complete. */
export function manifestFaults(manifest: unknown, schema: SchemaObject): string[] {
  const fits = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile<ModelManifest>(schema);
  if (!fits(manifest))
    return (fits.errors ?? []).map(
      ({ instancePath, message = 'is wrong', params }) =>
        `models.json${instancePath} ${message}${'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : ''}.`,
    );
  const { models } = manifest;
  const twice = (['id', 'name', 'repository'] as const).flatMap((key) =>
    repeated(models.map((entry) => entry[key].toLowerCase())).map(
      (value) => `The ${key} ${value} is there twice.`,
    ),
  );
  return [...twice, ...models.flatMap(entryFaults)];
}
