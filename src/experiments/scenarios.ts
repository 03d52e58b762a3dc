import { sha256 } from 'hash-wasm';
import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import { problemLine, readDilemmas, type Dilemma } from '../science/dilemma.ts';

/** A scenario file that was read without a fault. */
export interface ScenarioSet {
  readonly name: string;
  readonly dilemmas: readonly Dilemma[];
  /** SHA-256 of the file's text. */
  readonly sha256: string;
}

/** Reads a scenario file's text; throws `scenario-invalid` with the first faults and where they are. */
export async function readScenarioFile(name: string, text: string): Promise<ScenarioSet> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new LeewayError(
      'scenario-invalid',
      `${name} is not JSON: ${messageOf(thrown)}.`,
      'Check the file in an editor that knows JSON, or use the dilemmas that come with the page.',
    );
  }
  const reading = readDilemmas(value);
  if (!reading.ok) {
    const shown = reading.problems.slice(0, 3).map(problemLine).join('; ');
    const more = reading.problems.length > 3 ? `; and ${reading.problems.length - 3} more` : '';
    throw new LeewayError(
      'scenario-invalid',
      `${name} cannot be used: ${shown}${more}.`,
      'Mend these entries; public/scenarios/dilemma.schema.json describes the shape.',
    );
  }
  return { name, dilemmas: reading.dilemmas, sha256: await sha256(text) };
}
