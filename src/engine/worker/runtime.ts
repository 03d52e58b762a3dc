import type * as Ort from 'onnxruntime-web/webgpu';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';

/** Threads beyond this gain nothing on matrices of this size and starve the page. */
const MAX_THREADS = 8;

export interface Runtime {
  readonly ort: typeof Ort;
  readonly threads: number;
  /** Package, version and build: written into every run. */
  readonly name: string;
}

/**
 * The ONNX runtime, self-hosted; multi-threaded only where the page is cross-origin isolated.
 * Where the browser can suspend WebAssembly the build that uses it is taken: 10 MB smaller, and with two threads the
 * asyncify build falls to half its speed for about ninety passes at a time.
 */
export async function setUpRuntime(): Promise<Runtime> {
  const jspi = 'Suspending' in WebAssembly;
  const ort: typeof Ort = jspi
    ? await import('onnxruntime-web/jspi')
    : await import('onnxruntime-web/webgpu');
  const [mjs, wasm] = jspi ? [jspiMjs, jspiWasm] : [asyncifyMjs, asyncifyWasm];
  const threads = self.crossOriginIsolated
    ? Math.min(MAX_THREADS, Math.max(1, navigator.hardwareConcurrency))
    : 1;
  ort.env.wasm.wasmPaths = {
    mjs: new URL(mjs, self.location.href).href,
    wasm: new URL(wasm, self.location.href).href,
  };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return {
    ort,
    threads,
    name: `onnxruntime-web ${ort.env.versions.web ?? ''} (${jspi ? 'jspi' : 'asyncify'})`,
  };
}
