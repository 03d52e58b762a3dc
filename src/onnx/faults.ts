import { LeewayError } from '../errors/leeway-error.ts';

/** The residual stream cannot be found with certainty. */
export function noResidual(message: string): LeewayError {
  return new LeewayError(
    'onnx-no-residual',
    message,
    'Choose a plain decoder export (optimum or onnxruntime-genai); this graph cannot be steered safely.',
  );
}

/** The graph is a decoder, but uses a part that the surgery does not know. */
export function unsupported(message: string, advice = 'Choose another export of this model.'): LeewayError {
  return new LeewayError('onnx-unsupported', message, advice);
}

/** Graph and config (or graph and its own caches) disagree. */
export function layerMismatch(message: string): LeewayError {
  return new LeewayError(
    'onnx-layer-mismatch',
    message,
    'Check that config.json and the ONNX file belong to the same model; otherwise choose another export.',
  );
}
