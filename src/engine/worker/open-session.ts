import type { InferenceSession } from 'onnxruntime-web/webgpu';
import type * as Ort from 'onnxruntime-web/webgpu';
import { LeewayError, messageOf } from '../../errors/leeway-error.ts';
import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { Backend } from '../shared/protocol.ts';
import { chooseBackend } from './backend.ts';
import { lackedOperator, missingOperator } from './kernels.ts';
import type { MountedFile } from './mounted-file.ts';
import { setUpRuntime } from './runtime.ts';

/** Else weights would be widened once and for all as the session opens, and take twice the memory asked for. */
const KEEP_HALVES = {
  optimization: {
    constant_folding_max_output_size_in_bytes: String(2 ** 20),
    disable_specified_optimizers: 'FuseFp16InitializerToFp32NodeTransformer',
  },
};

export interface OpenSession {
  readonly ort: typeof Ort;
  readonly session: InferenceSession;
  readonly backend: Backend;
  /** Why this backend, in a sentence. */
  readonly reason: string;
  readonly threads: number;
  /** Name of the runtime and its build. */
  readonly runtime: string;
}

/**
 * Opens a session on the backend that was asked for, else on the best that works: a WebGPU that cannot take the
 * graph falls back to WASM and says so.
 */
export async function openSession(
  graph: PreparedGraph,
  files: readonly MountedFile[],
  wish: Backend | undefined,
): Promise<OpenSession> {
  const { ort, threads, name: runtime } = await setUpRuntime();
  const { backend, reason, device } = await chooseBackend(
    wish,
    graph.elementType === 'float16' || graph.float16Weights === true,
    graph.webgpuFault,
  );
  // The runtime refuses an empty list.
  const onCpu = graph.angleNodes.length > 0 ? { forceCpuNodeNames: graph.angleNodes } : {};
  const onGpu = Object.fromEntries(graph.outputs.present.map((output) => [output, 'gpu-buffer' as const]));
  const create = async (name: Backend): Promise<InferenceSession> => {
    const missing = missingOperator(graph, name);
    if (missing) throw missing;
    return ort.InferenceSession.create(graph.proto, {
      executionProviders: [name === 'webgpu' && device ? { name, device: device as never, ...onCpu } : name],
      externalData: files.map(({ path, data }) => ({ path, data })),
      graphOptimizationLevel: 'all',
      // Keys and values that go in again with the next token need not cross to the processor and back.
      ...(name === 'webgpu' && { preferredOutputLocation: onGpu }),
      ...(graph.float16Weights && { extra: KEEP_HALVES }),
      // Warnings about shape operators on the CPU are no news and would fill the console.
      logSeverityLevel: 3,
    });
  };
  if (wish && backend !== wish)
    throw new LeewayError(
      'backend-unavailable',
      `WebGPU cannot be used here. ${reason}`,
      'Choose the WASM backend.',
    );
  try {
    return {
      ort,
      session: await create(backend),
      backend,
      reason,
      threads: backend === 'wasm' ? threads : 1,
      runtime,
    };
  } catch (thrown) {
    // A weight that could not be read is the cause, and no other backend can read it either.
    const fault = files.find((file) => file.fault instanceof LeewayError)?.fault;
    if (fault) throw fault;
    const lacked = thrown instanceof LeewayError ? thrown : lackedOperator(messageOf(thrown));
    if (lacked) throw lacked;
    if (backend === 'wasm' || wish)
      throw new LeewayError(
        'session-create',
        `The runtime could not open the model: ${messageOf(thrown)}`,
        'Try another precision of the model or the other backend; close other tabs if memory is short.',
        { cause: thrown },
      );
    const session = await create('wasm');
    return {
      ort,
      session,
      backend: 'wasm',
      reason: `WebGPU could not open this model (${messageOf(thrown).slice(0, 160)}).`,
      threads,
      runtime,
    };
  }
}
