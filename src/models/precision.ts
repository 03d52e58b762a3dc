import { LeewayError } from '../errors/leeway-error.ts';
import type { Machine } from './machine.ts';
import { suitability, type Suitability } from './suitability.ts';
import type { Variant } from './variant.ts';

/** One file that could be taken. */
export interface Alternative {
  readonly label: string;
  readonly path: string;
  /** Bytes to download: the graph and its data files. */
  readonly bytes: number;
  readonly usable: boolean;
  /** Why it cannot be used, or what speaks against it, in a sentence. */
  readonly why?: string;
}

/** The file of a model that is taken, and why. */
export interface PrecisionChoice {
  readonly variant: Variant;
  /** Where it is to run: WASM where the file leaves no other way. */
  readonly backend: Machine['backend'];
  /** Why it runs there, where that is not the backend that would be tried first. */
  readonly backendReason?: string;
  /** A sentence for a person. */
  readonly reason: string;
  readonly alternatives: readonly Alternative[];
}

interface Judged extends Suitability {
  readonly variant: Variant;
}

const judge = (variants: readonly Variant[], machine: Machine): Judged[] =>
  variants.map((variant) => ({ variant, ...suitability(variant, machine) }));

const objection = ({ refused, caution, tooLarge }: Judged): string | undefined =>
  refused?.message ?? caution ?? tooLarge;

const alternative = (judged: Judged): Alternative => {
  const why = objection(judged);
  const { label, path, bytes } = judged.variant;
  return { label, path, bytes, usable: !judged.refused, ...(why === undefined ? {} : { why }) };
};

/** Hub tools call the dynamically quantized file by this name. */
const ALIASES: Readonly<Record<string, string>> = { q8: 'quantized' };

/** The file that a label or a path means. */
export function findVariant(variants: readonly Variant[], wish: string): Variant | undefined {
  const word = wish.trim().toLowerCase();
  const labelled = (label: string | undefined): Variant | undefined =>
    label === undefined ? undefined : variants.find((variant) => variant.label.toLowerCase() === label);
  return variants.find(({ path }) => path === wish) ?? labelled(word) ?? labelled(ALIASES[word]);
}

interface Taken {
  readonly judged: Judged;
  readonly reason: string;
}

const better = (a: Judged, b: Judged): number =>
  b.variant.exactness - a.variant.exactness || a.variant.bytes - b.variant.bytes;
const smaller = (a: Judged, b: Judged): number => a.variant.memory - b.variant.memory;

/** More than these would make no sentence. */
const MOST_PASSED = 2;

/** Why the more exact files were passed over. */
function passedOver(all: readonly Judged[], { variant }: Judged): string {
  const passed = [...all].sort(better).filter((judged) => judged.variant.exactness > variant.exactness);
  const clauses = passed
    .slice(0, MOST_PASSED)
    .map((judged) => `${judged.variant.label}: ${(objection(judged) ?? '').replace(/\.$/, '')}`);
  if (clauses.length > 0)
    return `${variant.label} is the most exact precision that suits this machine (${clauses.join('; ')}).`;
  return variant.kind === 'gguf'
    ? `${variant.label} is the first choice among the GGUF files of this model.`
    : `${variant.label} is the most exact precision of this model.`;
}

/** The most exact file of the best tier that fits; where none fits the smallest of that tier; undefined where all are refused. */
function take(all: readonly Judged[]): Taken | undefined {
  const runs = all.filter(({ refused }) => !refused);
  const tier = Math.min(...runs.map((judged) => judged.tier));
  const candidates = runs.filter((judged) => judged.tier === tier).sort(better);
  const fitting = candidates.find(({ tooLarge }) => tooLarge === undefined);
  const [judged] = fitting ? [fitting] : candidates.sort(smaller);
  if (!judged) return undefined;
  if (all.length === 1) return { judged, reason: 'It is the only model file of the repository.' };
  if (fitting) return { judged, reason: passedOver(all, judged) };
  return {
    judged,
    reason: `${judged.variant.label} is the smallest precision that runs here. ${judged.tooLarge ?? ''}`.trim(),
  };
}

const needsCpu = ({ label, kind }: Variant): string =>
  kind === 'dynamic'
    ? `${label} is made for the processor.`
    : `No file of this model suits this graphics adapter; ${label} runs on the processor.`;

function takeThis(
  variant: Variant,
  machine: Machine,
  reason: string,
): Omit<PrecisionChoice, 'alternatives'> {
  // Dynamic quantization has no kernels for graphics processors.
  if (variant.kind === 'dynamic' && machine.backend === 'webgpu' && !machine.backendAsked)
    return { variant, reason, backend: 'wasm', backendReason: needsCpu(variant) };
  return { variant, reason, backend: machine.backend };
}

/** The file that the model's source names: taken whatever the machine; what cannot run there will say so when opened. */
export function namedPrecision(
  variants: readonly Variant[],
  machine: Machine,
  named: Variant,
): PrecisionChoice {
  const alternatives = judge(variants, machine).map(alternative);
  return { ...takeThis(named, machine, `${named.label} was named.`), alternatives };
}

/**
 * Which file of a model is taken. Exactness first where it fits: up to a quarter of the memory, 1.2 GB and the adapter's
 * buffers; where nothing fits, the smallest. A graph in 16-bit floats never goes to an adapter without them; dynamic
 * quantization and 16-bit graphs on the processor come last. `wish` (a label or path) goes before everything.
 * Errors: request-invalid for a wish that is not there; backend-unavailable or gguf-unsupported for one that cannot be
 * met, and where nothing can be used.
 */
export function choosePrecision(
  variants: readonly Variant[],
  machine: Machine,
  wish?: string,
): PrecisionChoice {
  const judged = judge(variants, machine);
  const alternatives = judged.map(alternative);
  if (wish !== undefined) {
    const wished = findVariant(variants, wish);
    if (!wished)
      throw new LeewayError(
        'request-invalid',
        `This model has no precision ${wish}.`,
        `Choose one of ${variants.map(({ label }) => label).join(', ')}.`,
      );
    const { refused } = suitability(wished, machine);
    if (refused)
      throw new LeewayError(
        refused.code,
        `${wished.label} cannot be used: ${refused.message}`,
        refused.advice,
      );
    return { ...takeThis(wished, machine, `${wished.label} was asked for.`), alternatives };
  }
  const first = take(judged);
  const mayMove = machine.backend === 'webgpu' && !machine.backendAsked;
  if (mayMove && (!first || first.judged.tier > 0 || first.judged.exceedsBuffers)) {
    const onCpu = judge(variants, { ...machine, backend: 'wasm' });
    const second = take(onCpu);
    if (second)
      return {
        variant: second.judged.variant,
        backend: 'wasm',
        backendReason: needsCpu(second.judged.variant),
        reason: second.reason,
        alternatives: onCpu.map(alternative),
      };
  }
  if (first)
    return { variant: first.judged.variant, backend: machine.backend, reason: first.reason, alternatives };
  const refused = judged.find(({ refused: report }) => report)?.refused;
  throw new LeewayError(
    refused?.code ?? 'model-not-found',
    `No file of this model can be used here. ${refused?.message ?? ''}`.trim(),
    refused?.advice ?? 'Take a repository with an ONNX export or a GGUF file.',
  );
}
