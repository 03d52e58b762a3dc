import { LeewayError } from '../../errors/leeway-error.ts';
import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { Backend } from '../shared/protocol.ts';

/** Operators that onnxruntime-web 1.30 has no kernel for in the builds used here, found by opening graphs of them. */
const WITHOUT_KERNEL: Readonly<Record<Backend, ReadonlySet<string>>> = {
  // Its usual form is rewritten by the surgery; what is left is packed in another way.
  wasm: new Set(['com.microsoft:GatherBlockQuantized']),
  webgpu: new Set(),
};

const lacks = (name: string, where: string): LeewayError =>
  new LeewayError(
    'backend-operator',
    `${where} has no kernel for the operator ${name}, which this model uses.`,
    'Take another precision of the model, or the other backend.',
  );

/** An operator without which the backend cannot run the graph, as an error, before a session is created. */
export function missingOperator(
  { operators }: Pick<PreparedGraph, 'operators'>,
  backend: Backend,
): LeewayError | undefined {
  const name = operators.find((operator) => WITHOUT_KERNEL[backend].has(operator));
  return name === undefined
    ? undefined
    : lacks(name, backend === 'wasm' ? 'The WASM backend' : 'The WebGPU backend');
}

/** The runtime's own words for an operator without a kernel, as an error that names it; undefined for other words. */
export function lackedOperator(message: string): LeewayError | undefined {
  const name = /Could not find an implementation for ([^\s(]+)\(/.exec(message)?.[1];
  return name === undefined ? undefined : lacks(name, 'The runtime');
}
