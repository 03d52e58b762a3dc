import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ITEMS } from '../../src/science/item.ts';
import { readDrafts, roundRobin, type Draft } from './draft.ts';
import { countryPrompt, PERSONAS } from './prompts.ts';

const PUBLIC = new URL('../../public/', import.meta.url);

interface SocietiesFile {
  readonly societies: readonly { readonly iso3: string; readonly name: string }[];
}

const draftsOf = (kind: 'dilemmas' | 'paraphrases'): Map<string, readonly Draft[]> =>
  new Map(ITEMS.map(({ code }) => [code, readDrafts(code, kind)]));

/** What stands under public/scenarios and is made from drafts, by file name. */
export function scenarioFiles(): Readonly<Record<string, unknown>> {
  const dilemmas = draftsOf('dilemmas');
  const { societies } = JSON.parse(
    readFileSync(new URL('human/societies.json', PUBLIC), 'utf8'),
  ) as SocietiesFile;
  return {
    'train.json': roundRobin(dilemmas, 'train'),
    'test.json': roundRobin(dilemmas, 'test'),
    'paraphrases.json': roundRobin(draftsOf('paraphrases'), 'test'),
    'prompts.json': {
      description:
        'System prompts: where someone lives, for every society, and what a person at the survey means would say of themselves, for the four target nations.',
      countries: societies.map(({ iso3, name }) => ({ iso3, system: countryPrompt(name) })),
      personas: Object.entries(PERSONAS).map(([iso3, system]) => ({ iso3, system })),
    },
  };
}

/** A file's text as it is kept. */
export async function scenarioText(name: string, value: unknown): Promise<string> {
  const path = fileURLToPath(new URL(`scenarios/${name}`, PUBLIC));
  return format(JSON.stringify(value), { ...(await resolveConfig(path)), filepath: path });
}

// tsx tools/scenarios/build.ts: writes the files.
if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, value] of Object.entries(scenarioFiles())) {
    const path = fileURLToPath(new URL(`scenarios/${name}`, PUBLIC));
    writeFileSync(path, await scenarioText(name, value));
    console.log(name);
  }
