import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
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

type Place = Pick<PrecisionChoice, 'backend' | 'backendReason'>;

interface Judged extends Suitability {
  readonly variant: Variant;
}

const judge = (variants: readonly Variant[], machine: Machine): Judged[] =>
  variants.map((variant) => ({ variant, ...suitability(variant, machine) }));

const objection = ({ refused, caution, tooLarge }: Judged): string | undefined =>
  refused?.message ?? caution ?? tooLarge;

const mayMove = ({ backend, backendAsked }: Machine): boolean => backend === 'webgpu' && !backendAsked;

/** What a file would run on, and why not on what would be tried first; a refusal where it runs nowhere. */
function placeOf(variant: Variant, machine: Machine): Place | ErrorReport {
  const { refused } = suitability(variant, machine);
  if (mayMove(machine) && (refused || variant.kind === 'dynamic')) {
    const onCpu = suitability(variant, { ...machine, backend: 'wasm' });
    if (!onCpu.refused)
      return { backend: 'wasm', backendReason: refused?.message ?? 'This file is made for the processor.' };
  }
  return refused ?? { backend: machine.backend };
}

/** All files, judged for the machine as it is: what is usable does not depend on what was taken. */
function alternativesOn(variants: readonly Variant[], machine: Machine): Alternative[] {
  return judge(variants, machine).map((judged) => {
    const { label, path, bytes } = judged.variant;
    const place = placeOf(judged.variant, machine);
    const moves = judged.refused && 'backend' in place ? ' It would run on the processor.' : '';
    const why = objection(judged);
    return {
      label,
      path,
      bytes,
      usable: 'backend' in place,
      ...(why === undefined ? {} : { why: why + moves }),
    };
  });
}

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
/** What has to be downloaded or held, whichever is more: 16-bit GGUF files are large to fetch and small once packed. */
const burden = ({ variant: { bytes, memory } }: Judged): number => Math.max(bytes, memory);
const smaller = (a: Judged, b: Judged): number => burden(a) - burden(b);

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
    reason:
      `${judged.variant.label} is the smallest precision that runs here. ${judged.tooLarge ?? ''}`.trim(),
  };
}

/** The file that the model's source names: taken whatever the machine; what cannot run there will say so when opened. */
export function namedPrecision(
  variants: readonly Variant[],
  machine: Machine,
  variant: Variant,
): PrecisionChoice {
  const place = placeOf(variant, machine);
  return {
    variant,
    reason: `${variant.label} was named.`,
    ...('backend' in place ? place : { backend: machine.backend }),
    alternatives: alternativesOn(variants, machine),
  };
}

/** The file that a person asks for. Throws request-invalid where it is missing, its refusal where it runs nowhere. */
function wishedPrecision(variants: readonly Variant[], machine: Machine, wish: string): PrecisionChoice {
  const variant = findVariant(variants, wish);
  if (!variant)
    throw new LeewayError(
      'request-invalid',
      `This model has no precision ${wish}.`,
      `Choose one of ${variants.map(({ label }) => label).join(', ')}.`,
    );
  const place = placeOf(variant, machine);
  if (!('backend' in place))
    throw new LeewayError(place.code, `${variant.label} cannot be used: ${place.message}`, place.advice);
  return {
    variant,
    reason: `${variant.label} was asked for.`,
    ...place,
    alternatives: alternativesOn(variants, machine),
  };
}

/**
 * Which file of a model is taken. Exactness first where it fits: up to a quarter of the memory, 1.2 GB and the adapter's
 * buffers; where nothing fits, the smallest. A graph in 16-bit floats never goes to an adapter without them; dynamic
 * quantization and 16-bit graphs on the processor come last. `wish` (a label or path) goes before everything.
 * Where the backend was not asked for, a file that the adapter refuses may run on the processor.
 * Errors: request-invalid for a wish that is not there; backend-unavailable or gguf-unsupported for one that cannot be
 * met, and where nothing can be used.
 */
export function choosePrecision(
  variants: readonly Variant[],
  machine: Machine,
  wish?: string,
): PrecisionChoice {
  if (wish !== undefined) return wishedPrecision(variants, machine, wish);
  const judged = judge(variants, machine);
  const alternatives = alternativesOn(variants, machine);
  const first = take(judged);
  if (mayMove(machine) && (!first || first.judged.tier > 0 || first.judged.exceedsBuffers)) {
    const second = take(judge(variants, { ...machine, backend: 'wasm' }));
    if (second)
      return {
        variant: second.judged.variant,
        backend: 'wasm',
        backendReason: 'No file of this model suits this graphics adapter.',
        reason: second.reason,
        alternatives,
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
