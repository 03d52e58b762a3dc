import * as ort from 'onnxruntime-web/webgpu';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

/** Threads beyond this gain nothing on matrices of this size and starve the page. */
const MAX_THREADS = 8;

/** The ONNX runtime, self-hosted; multi-threaded only where the page is cross-origin isolated. */
export function setUpRuntime(): { ort: typeof ort; threads: number } {
  const threads = self.crossOriginIsolated
    ? Math.min(MAX_THREADS, Math.max(1, navigator.hardwareConcurrency))
    : 1;
  ort.env.wasm.wasmPaths = {
    mjs: new URL(mjsUrl, self.location.href).href,
    wasm: new URL(wasmUrl, self.location.href).href,
  };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return { ort, threads };
}

export const runtimeName = (): string => `onnxruntime-web ${ort.env.versions.web ?? ''}`.trim();
