/** Every fault a person can meet has a code, a sentence and a next step. */
export type ErrorCode =
  | 'onnx-truncated'
  | 'onnx-malformed'
  | 'onnx-no-residual'
  | 'onnx-unsupported'
  | 'onnx-layer-mismatch'
  | 'gguf-truncated'
  | 'gguf-malformed'
  | 'gguf-unsupported'
  | 'model-not-found'
  | 'model-incomplete'
  | 'model-config'
  | 'model-tokenizer'
  | 'model-integrity'
  | 'network'
  | 'storage-full'
  | 'backend-unavailable'
  | 'backend-operator'
  | 'backend-drift'
  | 'session-create'
  | 'session-run'
  | 'engine-crashed'
  | 'cancelled'
  | 'request-invalid'
  | 'vector-length'
  | 'vector-invalid'
  | 'pairs-invalid'
  | 'scenario-invalid'
  | 'run-invalid'
  | 'run-newer'
  | 'file-unreadable'
  | 'protocol-unsupported'
  | 'not-finite'
  | 'internal';

/** The plain form of an error, as it crosses the worker boundary or enters a file. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
}

/** An error with a code for programs, a sentence for a person and what to do next. */
export class LeewayError extends Error {
  readonly code: ErrorCode;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, advice: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LeewayError';
    this.code = code;
    this.advice = advice;
  }

  report(): ErrorReport {
    return { code: this.code, message: this.message, advice: this.advice };
  }

  static from(report: ErrorReport): LeewayError {
    return new LeewayError(report.code, report.message, report.advice);
  }

  /** Wraps whatever was thrown; a LeewayError passes through unchanged. */
  static wrap(thrown: unknown, code: ErrorCode, advice: string): LeewayError {
    if (thrown instanceof LeewayError) return thrown;
    return new LeewayError(code, messageOf(thrown), advice, { cause: thrown });
  }
}

/** What whatever was thrown says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
