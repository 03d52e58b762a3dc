import { sha256 } from 'hash-wasm';
import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import { readControls } from '../science/control.ts';
import type { Projection } from '../science/culture-map.ts';
import { readSurvey } from '../science/survey.ts';
import { readPassages } from '../science/passage.ts';
import type { ControlSet } from './control-check.ts';
import type { PassageSet } from './neutral.ts';
import { readScenarioFile, type ScenarioSet } from './scenarios.ts';
import type { SurveySet } from './survey.ts';

/** One human society on the map. */
export interface Society {
  readonly iso3: string;
  readonly name: string;
  readonly zone: string | null;
  readonly x: number;
  readonly y: number;
}

export interface Societies {
  readonly societies: readonly Society[];
  readonly sources: readonly string[];
  readonly note: string;
}

/** Where the page's own files lie, with a slash at the end. */
const home = new URL(import.meta.env.BASE_URL, document.baseURI).href;

async function text(path: string): Promise<string> {
  const fault = (why: string): LeewayError =>
    new LeewayError('network', `The page’s own file ${path} could not be read (${why}).`, 'Reload the page.');
  let response: Response;
  try {
    response = await fetch(new URL(path, home));
  } catch (thrown) {
    throw fault(messageOf(thrown));
  }
  if (!response.ok) throw fault(`status ${response.status}`);
  return response.text();
}

/** The project's dilemmas: the training half, the measuring half, or second wordings of sixty of the latter. */
export async function loadScenarios(name: 'train' | 'test' | 'paraphrases'): Promise<ScenarioSet> {
  const path = `scenarios/${name}.json`;
  return readScenarioFile(path, await text(path));
}

export async function loadControls(): Promise<ControlSet> {
  const name = 'scenarios/controls.json';
  const content = await text(name);
  return { name, sha256: await sha256(content), questions: readControls(JSON.parse(content)) };
}

/** Neutral passages: plain prose about the world, never about values. */
export async function loadPassages(): Promise<PassageSet> {
  const name = 'scenarios/passages.json';
  const content = await text(name);
  return { name, sha256: await sha256(content), passages: readPassages(JSON.parse(content)) };
}

export async function loadSurvey(): Promise<SurveySet> {
  const name = 'scenarios/survey.json';
  const content = await text(name);
  return { name, sha256: await sha256(content), questions: readSurvey(JSON.parse(content)) };
}

/** System prompts by society. */
export interface Prompts {
  readonly countries: readonly { readonly iso3: string; readonly system: string }[];
  readonly personas: readonly { readonly iso3: string; readonly system: string }[];
}

export async function loadPrompts(): Promise<Prompts> {
  return JSON.parse(await text('scenarios/prompts.json')) as Prompts;
}

interface ProjectionFile {
  readonly items: string[];
  readonly mean: number[];
  readonly sd: number[];
  readonly weights: [number, number][];
  readonly x: [number, number];
  readonly y: [number, number];
}

export async function loadProjection(): Promise<Projection> {
  return JSON.parse(await text('human/projection.json')) as ProjectionFile;
}

export async function loadSocieties(): Promise<Societies> {
  return JSON.parse(await text('human/societies.json')) as Societies;
}
