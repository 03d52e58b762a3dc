import type { Dims } from './dims.ts';
import { sliceRange } from './dims.ts';
import type { Node } from './node.ts';
import type { Tensor } from './tensor.ts';
import { readSmallIntegers } from './tensor.ts';

/**
 * Values of an integer tensor of rank 0 or 1, as graphs compute shapes with them; undefined where one is not known
 * for certain. Truth values count as 0 and 1.
 */
export type Integers = readonly (number | undefined)[];

/** What the rules below ask of an input. */
interface Operand {
  readonly dims?: Dims | undefined;
  readonly values?: Integers | undefined;
}

/** Inputs in order, undefined where an optional one is left out. */
type Operands = readonly (Operand | undefined)[];

/** Longer lists are no shapes; the bound keeps hostile graphs from allocating without end. */
export const MAX_INTEGERS = 64;
/** Arithmetic stays where int32 and int64 agree. */
const LARGEST = 2 ** 31 - 1;

const INT32 = 6;
const INT64 = 7;
const BOOL = 9;

/** The value of a tensor in the file. */
export function storedIntegers(tensor: Tensor): Integers | undefined {
  return tensor.dims.length <= 1 ? readSmallIntegers(tensor) : undefined;
}

/** The value of a Constant node. */
export function constantIntegers({ attributes }: Node): Integers | undefined {
  const single = attributes.get('value_int')?.int;
  if (single !== undefined) return [single];
  const tensor = attributes.get('value')?.tensor;
  if (tensor) return storedIntegers(tensor);
  const list = attributes.get('value_ints')?.ints;
  return list && list.length <= MAX_INTEGERS ? list : undefined;
}

/** All of them, where every one is known. */
export function allKnown(values: Integers | undefined): readonly number[] | undefined {
  return values?.every((value) => value !== undefined) ? values : undefined;
}

/**
 * The value of a node's first output, whose shape is `dims`; undefined where the operator is not followed, or where
 * the result is no list of at most MAX_INTEGERS integers.
 */
export function followIntegers(
  operator: string,
  node: Node,
  inputs: Operands,
  dims: Dims | undefined,
): Integers | undefined {
  if (!dims || dims.length > 1) return undefined;
  const values = follow(operator, node, inputs);
  if (!values || values.length > MAX_INTEGERS) return undefined;
  const length = dims.length === 0 ? 1 : (dims[0] ?? values.length);
  return values.length === length ? values : undefined;
}

function follow(operator: string, node: Node, inputs: Operands): Integers | undefined {
  const [first, second, third] = inputs;
  switch (operator) {
    case 'ai.onnx:Constant':
      return constantIntegers(node);
    case 'ai.onnx:Shape':
      return first?.dims && shapeRange(first.dims, node);
    // Reordering none: a list stays what it is, whatever its rank is called.
    case 'ai.onnx:Identity':
    case 'ai.onnx:Reshape':
    case 'ai.onnx:Squeeze':
    case 'ai.onnx:Unsqueeze':
      return first && listOf(first);
    case 'ai.onnx:Cast':
      return first && cast(listOf(first), node.attributes.get('to')?.int);
    case 'ai.onnx:Concat':
      return joined(inputs);
    case 'ai.onnx:Gather':
      return gather(first, second);
    case 'ai.onnx:Slice':
      return slice(inputs);
    case 'ai.onnx:ConstantOfShape':
      return filled(first, node);
    case 'ai.onnx:Add':
      return elementwise(inputs, ([a, b]) => small(a, b, (x, y) => x + y));
    case 'ai.onnx:Sub':
      return elementwise(inputs, ([a, b]) => small(a, b, (x, y) => x - y));
    case 'ai.onnx:Mul':
      return elementwise(inputs, ([a, b]) => small(a, b, (x, y) => x * y));
    case 'ai.onnx:Neg':
      return elementwise(inputs, ([a]) => small(0, a, (x, y) => x - y));
    case 'ai.onnx:Div':
      // Integers are divided toward zero.
      return elementwise(inputs, ([a, b]) =>
        b === 0 ? undefined : small(a, b, (x, y) => Math.trunc(x / y)),
      );
    case 'ai.onnx:Equal':
      return elementwise(inputs, ([a, b]) => small(a, b, (x, y) => Number(x === y)));
    case 'ai.onnx:Where':
      return third && elementwise(inputs, ([test, a, b]) => (test === undefined ? undefined : test ? a : b));
    default:
      return undefined;
  }
}

/** What is known of a list: without values perhaps its length. */
function listOf({ values, dims }: Operand): Integers | undefined {
  if (values || !dims || dims.length > 1) return values;
  const length = dims.length === 0 ? 1 : dims[0];
  return length !== undefined && length <= MAX_INTEGERS ? Array.from({ length }, () => undefined) : undefined;
}

/** Shape's value; from operator set 15 on it may give a part of the shape. */
export function shapeRange(dims: Dims, { attributes }: Node): Dims {
  // slice reads negative and too large bounds as the operator does.
  return dims.slice(attributes.get('start')?.int ?? 0, attributes.get('end')?.int ?? dims.length);
}

function cast(values: Integers | undefined, to: number | undefined): Integers | undefined {
  if (to === INT64) return values;
  if (to === INT32) return values?.map((value) => (isSmall(value) ? value : undefined));
  return to === BOOL ? values?.map((value) => value && 1) : undefined;
}

function joined(inputs: Operands): Integers | undefined {
  const values: (number | undefined)[] = [];
  for (const input of inputs) {
    const part = input && listOf(input);
    if (!part || values.length + part.length > MAX_INTEGERS) return undefined;
    values.push(...part);
  }
  return values;
}

function gather(data: Operand | undefined, indices: Operand | undefined): Integers | undefined {
  const values = data?.dims?.length === 1 ? data.values : undefined;
  const places = indices && listOf(indices);
  return values && places?.map((place) => (place === undefined ? undefined : values.at(place)));
}

function slice([data, start, end, , step]: Operands): Integers | undefined {
  const values = data?.dims?.length === 1 ? data.values : undefined;
  const range = values && sliceRange(values.length, single(start), single(end), step ? single(step) : 1);
  return range && Array.from({ length: range.length }, (_, i) => values[range.start + i * range.step]);
}

/** The one element of a list of one. */
function single(operand: Operand | undefined): number | undefined {
  return operand?.values?.length === 1 ? operand.values[0] : undefined;
}

function filled(shape: Operand | undefined, node: Node): Integers | undefined {
  const lengths = allKnown(shape?.values);
  const tensor = node.attributes.get('value')?.tensor;
  const value = tensor && readSmallIntegers(tensor);
  const length = lengths?.length === 0 ? 1 : lengths?.[0];
  if (value?.length !== 1 || !lengths || lengths.length > 1) return undefined;
  if (length === undefined || length < 0 || length > MAX_INTEGERS) return undefined;
  return Array.from({ length }, () => value[0]);
}

/** A list of one goes with lists of any length, as in broadcasting. */
function elementwise(
  inputs: Operands,
  combine: (elements: Integers) => number | undefined,
): Integers | undefined {
  const lists: Integers[] = [];
  for (const input of inputs.slice(0, 3)) {
    const list = input && listOf(input);
    if (!list) return undefined;
    lists.push(list);
  }
  const length = lists.find((list) => list.length !== 1)?.length ?? 1;
  if (lists.some((list) => list.length !== 1 && list.length !== length)) return undefined;
  return Array.from({ length }, (_, i) =>
    combine(lists.map((list) => (list.length === 1 ? list[0] : list[i]))),
  );
}

function small(
  a: number | undefined,
  b: number | undefined,
  combine: (a: number, b: number) => number,
): number | undefined {
  if (!isSmall(a) || !isSmall(b)) return undefined;
  const result = combine(a, b);
  return isSmall(result) ? result : undefined;
}

function isSmall(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) <= LARGEST;
}
