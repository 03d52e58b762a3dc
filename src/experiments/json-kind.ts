import { RUN_FILE } from '../runs/run-file.ts';
import { isFields } from '../science/fields.ts';

/** What a .json file that was dropped on the page holds. */
export type JsonKind = 'scenarios' | 'runs' | 'unknown';

/** Tells stored runs from scenario files by the top level alone; a file that is no JSON is unknown. Never throws. */
export function jsonKind(text: string): JsonKind {
  const content = text.replace(/^\uFEFF/, '').trimStart();
  // A list of dilemmas, faulty or not: its reader says what is wrong with it, and where.
  if (content.startsWith('[')) return 'scenarios';
  try {
    const value: unknown = JSON.parse(content);
    return isFields(value) && (value['format'] === RUN_FILE.format || 'dilemmas' in value)
      ? 'runs'
      : 'unknown';
  } catch {
    return 'unknown';
  }
}
