import { LeewayError } from '../src/errors/leeway-error.ts';

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

/** A vector file: a JSON list of numbers, `{"vector":[…]}`, or `{"vectors":{"<layer>":[…]}}`. */
export function readVectorFile(path: string, text: string, layer: number): number[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new LeewayError(
      'vector-invalid',
      `The vector file ${path} is not JSON.`,
      'Write it as a list of numbers.',
      {
        cause: thrown,
      },
    );
  }
  const fields = value as { vector?: unknown; vectors?: Record<string, unknown> } | null;
  const found = Array.isArray(value) ? value : (fields?.vector ?? fields?.vectors?.[String(layer)]);
  if (isNumbers(found)) return found;
  throw new LeewayError(
    'vector-invalid',
    `The vector file ${path} holds no list of finite numbers for layer ${layer}.`,
    'Write it as [numbers], {"vector":[numbers]} or {"vectors":{"<layer>":[numbers]}}.',
  );
}
