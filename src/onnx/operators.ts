import type { DataFlow, Step } from './data-flow.ts';

/** The value of these does not depend on the values that go in, only on their shapes. */
export const SHAPE_ONLY: ReadonlySet<string> = new Set(['ai.onnx:Shape', 'ai.onnx:Size']);

/** Passes its first input on, at most in another number format. */
export const PASS_THROUGH: ReadonlySet<string> = new Set([
  'ai.onnx:Cast',
  'ai.onnx:Identity',
  'ai.onnx:Dropout',
]);

/** Whole attention in one node. */
const ATTENTION: ReadonlySet<string> = new Set([
  'ai.onnx:Attention',
  'com.microsoft:Attention',
  'com.microsoft:DecoderMaskedMultiHeadAttention',
  'com.microsoft:DecoderMaskedSelfAttention',
  'com.microsoft:GroupQueryAttention',
  'com.microsoft:MultiHeadAttention',
  'com.microsoft:PagedAttention',
  'com.microsoft:QAttention',
  'com.microsoft:SparseAttention',
]);

/** Multiply activations by weights (or by other activations). */
const PRODUCTS: ReadonlySet<string> = new Set([
  'ai.onnx:Conv',
  'ai.onnx:ConvInteger',
  'ai.onnx:Einsum',
  'ai.onnx:Gemm',
  'ai.onnx:MatMul',
  'ai.onnx:MatMulInteger',
  'ai.onnx:QLinearMatMul',
  'com.microsoft:DynamicQuantizeMatMul',
  'com.microsoft:FusedGemm',
  'com.microsoft:FusedMatMul',
  'com.microsoft:MatMulBnb4',
  'com.microsoft:MatMulIntegerToFloat',
  'com.microsoft:MatMulNBits',
  'com.microsoft:MoE',
  'com.microsoft:QGemm',
  'com.microsoft:QMoE',
]);

/** A norm, whole or the reduction that every spelled-out norm holds. */
const NORMS: ReadonlySet<string> = new Set([
  'ai.onnx:LayerNormalization',
  'ai.onnx:LpNormalization',
  'ai.onnx:RMSNormalization',
  'ai.onnx:ReduceL2',
  'ai.onnx:ReduceMean',
  'ai.onnx:ReduceSumSquare',
  'ai.onnx:SimplifiedLayerNormalization',
]);

/** Pick positions or entries out of a tensor. */
const SELECTIONS: ReadonlySet<string> = new Set([
  'ai.onnx:Compress',
  'ai.onnx:Gather',
  'ai.onnx:GatherElements',
  'ai.onnx:GatherND',
  'ai.onnx:Slice',
  'ai.onnx:Split',
  'ai.onnx:TopK',
]);

/** Is the step a whole attention? */
export function isAttention(step: Step): boolean {
  return ATTENTION.has(step.operator);
}

/** Is the step a norm, or the reduction inside a spelled-out one? */
export function isNorm(step: Step): boolean {
  return NORMS.has(step.operator);
}

/** Does the step pick positions or entries out of a tensor? */
export function isSelection(step: Step): boolean {
  return SELECTIONS.has(step.operator);
}

/** Does the step multiply by weights, i.e. by something that no graph input has a say in? */
export function isLinear(step: Step, flow: DataFlow): boolean {
  return (
    PRODUCTS.has(step.operator) && step.inputs.some((value) => value !== '' && flow.constants.has(value))
  );
}

/** Does the step multiply activations with activations, as attention scores do? */
export function isScore(step: Step, flow: DataFlow): boolean {
  return (
    PRODUCTS.has(step.operator) &&
    step.inputs.filter((value) => value !== '' && !flow.constants.has(value)).length >= 2
  );
}
