import { FLOAT, GraphBuilder, INT32, INT64, OPSET } from '../onnx/graph-builder.ts';
import { PORTS, type PastInput, type PreparedGraph, type SteeringWays } from '../onnx/prepared-graph.ts';
import { steeringChange, steeringInputs } from '../onnx/way-nodes.ts';
import { readArchitecture, unsupported, type Architecture, type LayerTraits } from './architecture.ts';
import { GraphWeights, type WeightStorage } from './graph-weights.ts';
import type { GgufFile } from './gguf-file.ts';
import { ropeTable } from './rope-table.ts';
import { TensorSource } from './tensor-source.ts';
import { WeightsFile } from './weights-file.ts';

/** Raised whenever the graph changes that is built from the same file. */
export const DECODER_VERSION = 2;

/** Positions for which rotations are tabled; longer texts are refused. */
const MOST_POSITIONS = 8192;

const WEIGHTS = 'weights';
const EMBEDDING = 'token_embd.weight';

/** A decoder made from a GGUF file, with the ports that surgery gives any other (see PORTS and WAY_PORTS). */
export interface GgufDecoder {
  readonly graph: PreparedGraph;
  /** The graph's one file of weights. */
  readonly weights: WeightsFile;
  readonly architecture: Architecture;
}

/**
 * Builds the decoder's graph: float32 activations, weights by `storage`. Steering is added after each layer; residuals
 * are read there, steering included. Errors: gguf-unsupported, gguf-malformed, gguf-truncated.
 */
export function buildDecoder(
  file: GgufFile,
  storage: WeightStorage,
  steering: SteeringWays = 'add',
): GgufDecoder {
  return new DecoderBuilder(file, storage, steering).build();
}

class DecoderBuilder {
  readonly #graph = new GraphBuilder();
  readonly #data = new WeightsFile(WEIGHTS);
  readonly #architecture: Architecture;
  readonly #weights: GraphWeights;
  readonly #positions: number;
  readonly #tables = new Map<string, { cos: string; sin: string }>();
  readonly #past: PastInput[] = [];
  readonly #present: string[] = [];

  constructor(
    private readonly file: GgufFile,
    private readonly storage: WeightStorage,
    private readonly steering: SteeringWays,
  ) {
    this.#architecture = readArchitecture(file);
    this.#weights = new GraphWeights(this.#graph, file, this.#data, storage);
    this.#positions = Math.min(this.#architecture.context, MOST_POSITIONS);
  }

  build(): GgufDecoder {
    const graph = this.#graph;
    const { hidden, layers, embeddingScale } = this.#architecture;
    const vocabulary = this.file.tensors.get(EMBEDDING)?.shape[0] ?? 0;
    const ids = graph.input('input_ids', INT64, ['batch', 'sequence']);
    const mask = graph.input('attention_mask', INT64, ['batch', 'total']);
    graph.input('position_ids', INT64, ['batch', 'sequence']);
    const sizes = { batch: 'batch', sequence: 'sequence', layers: layers.length, hidden };
    for (const { name, dims } of steeringInputs(this.steering, sizes)) graph.input(name, FLOAT, dims);
    graph.input(PORTS.logitRows, INT64, ['logit_rows']);
    graph.input(PORTS.residualRows, INT64, ['residual_rows']);
    const lengths = this.#lengths(mask);

    let stream = this.#weights.embedding(ids, EMBEDDING, vocabulary, hidden);
    if (embeddingScale !== 1) stream = graph.node('Mul', [stream, graph.float(embeddingScale)]);
    const change = steeringChange(graph, this.steering, OPSET);
    const captured = layers.map((traits, layer) => {
      const made = this.#layer(stream, layer, traits, lengths);
      stream = graph.node('Add', [made, change(layer, () => made)]);
      return this.#rows(stream, PORTS.residualRows);
    });
    const columns = captured.map((rows) => graph.node('Unsqueeze', [rows, graph.integers([1])]));
    graph.node('Concat', columns, { ints: { axis: 1 }, outputs: [PORTS.residual] });
    graph.output(PORTS.residual, FLOAT, ['residual_rows', layers.length, hidden]);
    this.#logits(stream, vocabulary);

    const unused = this.#weights.unused.filter((name) => name !== 'rope_freqs.weight');
    if (unused.length > 0)
      throw unsupported(
        `The model has ${unused.length} tensors for which its family has no use here: ${unused.slice(0, 3).join(', ')}.`,
      );
    return { graph: this.#prepared(vocabulary), weights: this.#data, architecture: this.#architecture };
  }

  /** seqlens_k and total_sequence_length, as GroupQueryAttention wants them of a mask padded on the right. */
  #lengths(mask: string): { last: string; total: string } {
    const graph = this.#graph;
    const sum = graph.node('ReduceSum', [mask, graph.integers([1])], { ints: { keepdims: 0 } });
    const toInt = (value: string): string => graph.node('Cast', [value], { ints: { to: INT32 } });
    const total = graph.node('Gather', [graph.node('Shape', [mask]), graph.integer(1)], {
      ints: { axis: 0 },
    });
    return { last: toInt(graph.node('Sub', [sum, graph.integers([1])])), total: toInt(total) };
  }

  #norm(x: string, name: string, width: number): string {
    const { epsilon } = this.#architecture;
    return this.#graph.node('SimplifiedLayerNormalization', [x, this.#weights.vector(name, width)], {
      ints: { axis: -1, stash_type: 1 },
      floats: { epsilon },
    });
  }

  #layer(x: string, layer: number, traits: LayerTraits, lengths: { last: string; total: string }): string {
    const graph = this.#graph;
    const { hidden } = this.#architecture;
    const name = (part: string): string => `blk.${layer}.${part}.weight`;
    const add = (stream: string, branch: string, norm: string): string => {
      // Gemma 3 norms what is added, too.
      const added = this.#weights.has(name(norm)) ? this.#norm(branch, name(norm), hidden) : branch;
      return graph.node('Add', [stream, added]);
    };
    const attention = this.#attention(this.#norm(x, name('attn_norm'), hidden), layer, traits, lengths);
    const middle = add(x, attention, 'post_attention_norm');
    return add(middle, this.#mlp(this.#norm(middle, name('ffn_norm'), hidden), layer), 'post_ffw_norm');
  }

  #attention(
    x: string,
    layer: number,
    { kvHeads, window, ...rope }: LayerTraits,
    { last, total }: { last: string; total: string },
  ): string {
    const graph = this.#graph;
    const { hidden, heads, headSize, attentionScale, interleaved } = this.#architecture;
    const stem = (part: string): string => `blk.${layer}.${part}`;
    const table = this.#ropeTable(rope);
    const rotated = (part: string, count: number): string => {
      let value = this.#weights.linear(
        x,
        stem(part),
        count * headSize,
        hidden,
        interleaved ? headSize : undefined,
      );
      const norm = `${stem(part)}_norm.weight`;
      if (this.#weights.has(norm)) {
        const split = graph.node('Reshape', [value, graph.integers([0, 0, count, headSize])]);
        value = graph.node('Reshape', [
          this.#norm(split, norm, headSize),
          graph.integers([0, 0, count * headSize]),
        ]);
      }
      return graph.contrib('RotaryEmbedding', [value, 'position_ids', table.cos, table.sin], {
        ints: { num_heads: count, interleaved: 0 },
      });
    };
    const q = rotated('attn_q', heads);
    const k = rotated('attn_k', kvHeads);
    const v = this.#weights.linear(x, stem('attn_v'), kvHeads * headSize, hidden);
    const past = ['key', 'value'].map((part) => this.#pastInput(`past_key_values.${layer}.${part}`, kvHeads));
    const present = ['key', 'value'].map((part) => `present.${layer}.${part}`);
    for (const port of present) graph.output(port, FLOAT, ['batch', kvHeads, 'total', headSize]);
    this.#present.push(...present);
    const mixed = graph.contrib('GroupQueryAttention', [q, k, v, ...past, last, total], {
      ints: {
        num_heads: heads,
        kv_num_heads: kvHeads,
        do_rotary: 0,
        ...(window === undefined ? {} : { local_window_size: window }),
      },
      floats: { scale: attentionScale },
      outputs: [`attention.${layer}`, ...present],
    });
    return this.#weights.linear(mixed, stem('attn_output'), hidden, heads * headSize);
  }

  #mlp(x: string, layer: number): string {
    const graph = this.#graph;
    const { hidden, activation } = this.#architecture;
    const stem = (part: string): string => `blk.${layer}.${part}`;
    const width = this.file.tensors.get(`${stem('ffn_gate')}.weight`)?.shape[0] ?? 0;
    const gate = this.#weights.linear(x, stem('ffn_gate'), width, hidden);
    const active =
      activation === 'silu'
        ? graph.node('Mul', [gate, graph.node('Sigmoid', [gate])])
        : graph.contrib('FastGelu', [gate]);
    const up = this.#weights.linear(x, stem('ffn_up'), width, hidden);
    return this.#weights.linear(graph.node('Mul', [active, up]), stem('ffn_down'), hidden, width);
  }

  #pastInput(name: string, kvHeads: number): string {
    const { headSize } = this.#architecture;
    const dims = ['batch', kvHeads, 'past', headSize];
    this.#past.push({ name, dims, elementType: 'float32' });
    return this.#graph.input(name, FLOAT, dims);
  }

  /** Rotations of the layers that share a base and a scale. */
  #ropeTable({ ropeBase: base, ropeScale: scale }: Omit<LayerTraits, 'kvHeads' | 'window'>): {
    cos: string;
    sin: string;
  } {
    const key = `${base}/${scale}`;
    const known = this.#tables.get(key);
    if (known) return known;
    const { headSize } = this.#architecture;
    const dims = [this.#positions, headSize / 2];
    const tensor = this.file.tensors.get('rope_freqs.weight');
    const factors = tensor && new TensorSource(this.file, tensor);
    const table = (name: string, wave: (angle: number) => number): string => {
      const place = this.#data.add(this.#positions * headSize * 2, (into, read) => {
        const divisors = factors && new Float32Array(factors.rows * factors.columns);
        if (divisors) factors.floats(divisors, read);
        const values = new Float32Array(into.buffer, into.byteOffset, into.byteLength / 4);
        ropeTable(values, wave, { headSize, base, scale, ...(divisors && { factors: divisors }) });
      });
      return this.#graph.weight(`${name}:${key}`, FLOAT, dims, place);
    };
    const made = { cos: table('cos', Math.cos), sin: table('sin', Math.sin) };
    this.#tables.set(key, made);
    return made;
  }

  /** Wanted positions of a stream: [n, hidden]. */
  #rows(stream: string, port: string): string {
    const graph = this.#graph;
    const flat = graph.node('Reshape', [stream, graph.integers([-1, this.#architecture.hidden])]);
    return graph.node('Gather', [flat, port], { ints: { axis: 0 } });
  }

  #logits(stream: string, vocabulary: number): void {
    const graph = this.#graph;
    const { hidden, logitCap } = this.#architecture;
    const last = this.#norm(this.#rows(stream, PORTS.logitRows), 'output_norm.weight', hidden);
    let logits = this.#weights.has('output.weight')
      ? this.#weights.linear(last, 'output', vocabulary, hidden)
      : this.#weights.tiedHead(last, EMBEDDING, vocabulary, hidden);
    if (logitCap !== undefined) {
      const squashed = graph.node('Tanh', [graph.node('Mul', [logits, graph.float(1 / logitCap)])]);
      logits = graph.node('Mul', [squashed, graph.float(logitCap)]);
    }
    graph.node('Unsqueeze', [logits, graph.integers([1])], { outputs: ['logits'] });
    graph.output('logits', FLOAT, ['logit_rows', 1, vocabulary]);
  }

  #prepared(vocabulary: number): PreparedGraph {
    const { hidden, layers } = this.#architecture;
    return {
      proto: this.#graph.finish(),
      externalFiles: [WEIGHTS],
      layers: layers.length,
      hidden,
      vocabulary,
      elementType: 'float32',
      steering: this.steering,
      inputs: {
        inputIds: 'input_ids',
        attentionMask: 'attention_mask',
        positionIds: 'position_ids',
        past: this.#past,
        other: [],
      },
      outputs: { logits: 'logits', present: this.#present },
      attention: 'group-query',
      positions: this.#positions,
      operators: this.#graph.operators,
      angleNodes: [],
      ...(this.storage === 'float16' && { float16Weights: true }),
      version: DECODER_VERSION,
    };
  }
}
