import { ToyGraph } from './toy-graph.ts';

export const TOY = { hidden: 8, vocabulary: 16, inner: 12 } as const;

export type Arrangement =
  /** h + attention(norm h), h + mlp(norm h), final norm */
  | 'pre-norm'
  /** norm(h + attention h), norm(h + mlp h), no final norm */
  | 'post-norm'
  /** h + attention(norm h) + mlp(norm h) */
  | 'parallel'
  /** as pre-norm with the sums inside SkipLayerNormalization, the last sum without a name */
  | 'fused'
  /** n + attention n with n = norm h: the residual branches off behind the norm */
  | 'norm-in-stream'
  /** attention(norm h), mlp(norm h): nothing leads around */
  | 'no-residual';

export interface ToyOptions {
  readonly arrangement: Arrangement;
  readonly layers?: number;
  readonly half?: boolean;
  /** Softmax over a product with weights in the mlp, as routers have it. */
  readonly router?: boolean;
  readonly finalNorm?: boolean;
  /** Keeps the last position only, in front of lm_head. */
  readonly lastOnly?: boolean;
  /**
   * Reshapes the stream in front of lm_head: to the width that the graph computes from the stream's shape, as exports
   * of GPT-2 do, to a width that depends on what is fed, or to half the width at twice the positions.
   */
  readonly reshape?: 'computed' | 'fed' | 'halved';
  /**
   * An input that says how many positions' logits to keep, read as transformers does (0 means all), or as a count
   * of which 0 means none.
   */
  readonly keep?: 'logits_to_keep' | 'num_logits_to_keep' | 'counted';
  /** A projection between last layer and lm_head. */
  readonly projection?: boolean;
  /** tanh soft cap behind lm_head. */
  readonly softcap?: boolean;
  /** lm_head as MatMulNBits with rounded activations; such a graph can be patched, but its weights mean nothing. */
  readonly quantizedHead?: boolean;
  /** Gives the sum in the last fused norm a name. */
  readonly namedLast?: boolean;
  readonly seed?: number;
}

/** A small decoder without caches and masks. Its outputs `layer_0`, `layer_1`, ... are the true residual streams. */
export function toyDecoder(options: ToyOptions): Uint8Array {
  const { arrangement, layers = 3, half = false, seed = 1 } = options;
  const graph = new ToyGraph({ half, seed });
  const block = new Blocks(graph, options.router ?? false);
  graph.input('input_ids', ['batch', 'sequence']);
  let stream = graph.node('Gather', [graph.weight([TOY.vocabulary, TOY.hidden]), 'input_ids']);
  if (arrangement === 'norm-in-stream') stream = block.norm(stream);
  let pending: string | undefined;
  const ends: string[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const end = `layer_${String(layer)}`;
    if (arrangement === 'fused') {
      const first =
        pending === undefined
          ? { normed: block.norm(stream), sum: stream }
          : block.skipNorm(stream, pending, `layer_${String(layer - 1)}`);
      const second = block.skipNorm(first.sum, block.attention(first.normed), `half_${String(layer)}`);
      [stream, pending] = [second.sum, block.mlp(second.normed)];
      if (layer < layers - 1 || options.namedLast) ends.push(end);
    } else {
      stream = block.layer(arrangement, stream, end);
      ends.push(end);
    }
  }
  let last = stream;
  if (pending !== undefined)
    last = block.skipNorm(
      stream,
      pending,
      options.namedLast ? `layer_${String(layers - 1)}` : undefined,
    ).normed;
  else if (options.finalNorm ?? arrangement !== 'post-norm') last = block.norm(last);
  if (options.projection) last = block.linear(last, TOY.hidden, TOY.hidden);
  if (options.lastOnly) last = graph.node('Gather', [last, graph.integers([-1])], { axis: 1 });
  if (options.keep) last = block.keep(last, options.keep);
  if (options.reshape) last = block.reshape(last, stream, options.reshape);
  const logits = options.softcap ? 'raw_logits' : 'logits';
  const table = graph.weight([TOY.hidden, TOY.vocabulary]);
  const sizes = { K: TOY.hidden, N: TOY.vocabulary, bits: 4, block_size: 16, accuracy_level: 4 };
  if (options.quantizedHead) graph.node('com.microsoft:MatMulNBits', [last, table], sizes, logits);
  else graph.node('MatMul', [last, table], {}, logits);
  if (options.softcap) {
    const cap = graph.weight([1], 2);
    graph.node('Mul', [graph.node('Tanh', [graph.node('Div', [logits, cap])]), cap], {}, 'logits');
  }
  graph.output('logits', ['batch', 'sequence', TOY.vocabulary]);
  for (const end of ends) graph.output(end, ['batch', 'sequence', TOY.hidden]);
  return graph.finish();
}

class Blocks {
  private readonly graph: ToyGraph;
  private readonly router: boolean;

  constructor(graph: ToyGraph, router: boolean) {
    this.graph = graph;
    this.router = router;
  }

  linear(x: string, from: number, to: number): string {
    return this.graph.node('MatMul', [x, this.graph.weight([from, to])]);
  }

  norm(x: string, name?: string): string {
    const inputs = [x, this.graph.weight([TOY.hidden]), this.graph.weight([TOY.hidden])];
    return name === undefined
      ? this.graph.node('LayerNormalization', inputs)
      : this.graph.node('LayerNormalization', inputs, {}, name);
  }

  skipNorm(input: string, skip: string, sum: string | undefined): { normed: string; sum: string } {
    const inputs = [input, skip, this.graph.weight([TOY.hidden]), this.graph.weight([TOY.hidden])];
    const normed = `${skip}_normed`;
    this.graph.node(
      'com.microsoft:SkipLayerNormalization',
      inputs,
      { epsilon: { float: 1e-5 } },
      sum === undefined ? [normed] : [normed, '', '', sum],
    );
    return { normed, sum: sum ?? '' };
  }

  keep(x: string, input: 'logits_to_keep' | 'num_logits_to_keep' | 'counted'): string {
    const { graph } = this;
    const isCounted = input === 'counted';
    const wanted = graph.input(isCounted ? 'num_logits_to_keep' : input, []);
    const sequence = graph.node('Shape', ['input_ids'], { start: 1 });
    const start = isCounted
      ? graph.node('Sub', [sequence, wanted])
      : graph.node('Reshape', [graph.node('Neg', [wanted]), graph.integers([-1])]);
    const bounds = [start, ...[[2 ** 53 - 1], [1], [1]].map((one) => graph.integers(one))];
    return graph.node('Slice', [x, ...bounds]);
  }

  reshape(x: string, stream: string, to: 'computed' | 'fed' | 'halved'): string {
    const { graph } = this;
    const zero = graph.integers([0]);
    const bounds = [graph.integers([-1]), graph.integers([2 ** 40]), zero];
    const origin = to === 'fed' ? graph.input('fed', ['any']) : graph.node('Shape', [stream]);
    const last = graph.node('Squeeze', [graph.node('Slice', [origin, ...bounds]), zero]);
    const sequence = graph.node('Gather', [
      graph.node('Shape', ['input_ids']),
      graph.node('Constant', [], { value_int: 1 }),
    ]);
    const [positions, width] = [sequence, last].map((one) => graph.node('Unsqueeze', [one, zero]));
    const changed = (operator: string, value = ''): string =>
      to === 'halved' ? graph.node(operator, [value, graph.integers([2])]) : value;
    const lengths = [changed('Mul', positions), changed('Div', width)];
    const target = graph.node('Concat', [graph.integers([-1]), ...lengths], { axis: 0 });
    return graph.node('Reshape', [x, target]);
  }

  attention(x: string): string {
    const { graph } = this;
    const [query, key, value] = [0, 1, 2].map(() => this.linear(x, TOY.hidden, TOY.hidden));
    const scores = graph.node('MatMul', [
      query ?? '',
      graph.node('Transpose', [key ?? ''], { perm: [0, 2, 1] }),
    ]);
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), value ?? '']);
    return this.linear(mixed, TOY.hidden, TOY.hidden);
  }

  mlp(x: string): string {
    const inner = this.graph.node('Relu', [this.linear(x, TOY.hidden, TOY.inner)]);
    const gate = this.router
      ? this.graph.node('Softmax', [this.linear(x, TOY.hidden, TOY.inner)], { axis: -1 })
      : undefined;
    return this.linear(
      gate === undefined ? inner : this.graph.node('Mul', [inner, gate]),
      TOY.inner,
      TOY.hidden,
    );
  }

  layer(arrangement: Arrangement, h: string, end: string): string {
    const { graph } = this;
    if (arrangement === 'post-norm') {
      const middle = this.norm(graph.node('Add', [h, this.attention(h)]));
      return this.norm(graph.node('Add', [middle, this.mlp(middle)]), end);
    }
    const normed = this.norm(h);
    if (arrangement === 'parallel')
      return graph.node('Add', [graph.node('Add', [h, this.attention(normed)]), this.mlp(normed)], {}, end);
    if (arrangement === 'no-residual')
      return graph.node('Identity', [this.mlp(this.norm(this.attention(normed)))], {}, end);
    const middle = graph.node('Add', [arrangement === 'norm-in-stream' ? normed : h, this.attention(normed)]);
    const inner = this.norm(middle);
    return graph.node('Add', [arrangement === 'norm-in-stream' ? inner : middle, this.mlp(inner)], {}, end);
  }
}
