import { RUN_FILE } from '../runs/run-file.ts';
import { isFields } from '../science/fields.ts';
import { JSON_VECTORS } from '../vectors/json-vectors.ts';

/** What a .json file that was dropped on the page holds. */
export type JsonKind = 'scenarios' | 'pairs' | 'runs' | 'vectors' | 'unknown';

/** Whether a list is one of contrastive pairs: its first entry says so. */
function isPairs(content: string): boolean {
  try {
    const [first] = JSON.parse(content) as readonly unknown[];
    return isFields(first) && 'positive' in first && 'negative' in first;
  } catch {
    return false;
  }
}

/**
 * Tells stored runs, vectors and contrastive pairs from scenario files by what stands outermost; a file that is no JSON is
 * unknown. Never throws.
 */
export function jsonKind(text: string): JsonKind {
  const content = text.replace(/^\uFEFF/, '').trimStart();
  // A list of dilemmas, faulty or not: its reader says what is wrong with it, and where.
  if (content.startsWith('[')) return isPairs(content) ? 'pairs' : 'scenarios';
  try {
    const value: unknown = JSON.parse(content);
    if (!isFields(value)) return 'unknown';
    if (value['format'] === JSON_VECTORS.format || isFields(value['vectors'])) return 'vectors';
    return value['format'] === RUN_FILE.format || 'dilemmas' in value ? 'runs' : 'unknown';
  } catch {
    return 'unknown';
  }
}
