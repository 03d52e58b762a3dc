import { LeewayError } from '../errors/leeway-error.ts';

/** The tokenizer's section says something that no honest file says. */
export function malformed(message: string): LeewayError {
  return new LeewayError(
    'gguf-malformed',
    message,
    'Download the file again, or take another conversion of the model.',
  );
}

/** The tokenizer is sound, but of a kind that would be read wrongly here. */
export function unsupported(message: string): LeewayError {
  return new LeewayError(
    'gguf-unsupported',
    message,
    'Take a newer conversion of the model, another model, or an ONNX export of this one.',
  );
}

/** A name out of a file as a message shows it. */
export function quoted(name: string): string {
  const longest = 40;
  return `“${name.length > longest ? `${name.slice(0, longest)}…` : name}”`;
}
