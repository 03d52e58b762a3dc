import { LeewayError } from '../src/errors/leeway-error.ts';
import {
  NULLS,
  OTHER_LABELS,
  RESPONSE_KINDS,
  SIZES,
  type ResponseKind,
} from '../src/experiments/leeway/plan.ts';
import { LABEL_SETS, PROTOCOLS, type LabelSet } from '../src/science/prompt.ts';
import type { Arguments } from './arguments.ts';
import { readText } from './input-file.ts';
import type { ModelChoice } from './page/model.ts';
import type { ResponseRequest } from './page/response.ts';

export const RESPONSE_OPTIONS = [
  ...['vectors', 'protocol', 'limit', 'train', 'layer', 'strengths', 'random', 'shuffled'],
  ...['labels', 'system', 'runs'],
] as const;
export const RESPONSE_FLAGS = ['no-orthogonal'] as const;

const invalid = (message: string): LeewayError =>
  new LeewayError('request-invalid', message, 'See the README’s section on the command line.');

/** Words set apart by commas, each one of those that are known. */
function wordsOf<Word extends string>(
  options: Arguments,
  name: string,
  known: readonly Word[],
): readonly Word[] | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const words = text.split(',').map((part) => part.trim());
  return [
    ...new Set(
      words.map((word) => {
        const found = known.find((one) => one === word);
        if (found === undefined) throw invalid(`--${name} knows ${known.join(', ')}, not "${word}".`);
        return found;
      }),
    ),
  ];
}

/** Sizes of strength, set apart by commas: each is tried both ways. */
function sizesOf(options: Arguments): readonly number[] {
  const text = options.text('strengths');
  if (text === undefined) return SIZES;
  const sizes = text.split(',').map((part) => (part.trim() === '' ? NaN : Math.abs(Number(part))));
  if (!sizes.every(Number.isFinite) || !sizes.some((size) => size > 0))
    throw invalid(`--strengths should be numbers with commas, one of them not 0, not "${text}".`);
  return sizes;
}

/** What `lab response` is asked to do. Throws request-invalid. */
export function responseRequest(options: Arguments, model: ModelChoice): ResponseRequest {
  const kinds: readonly ResponseKind[] = wordsOf(options, 'vectors', RESPONSE_KINDS) ?? ['axis'];
  const protocol = options.oneOf('protocol', PROTOCOLS);
  const [limit, train, layer] = [
    options.whole('limit', 1),
    options.whole('train', 1),
    options.whole('layer', 0),
  ];
  const system = options.text('system');
  const runs = options.text('runs');
  const hasAxes = kinds.includes('axis');
  const labels = wordsOf(options, 'labels', Object.keys(LABEL_SETS) as LabelSet[]) ?? OTHER_LABELS;
  return {
    model,
    kinds,
    sizes: sizesOf(options),
    ...(limit === undefined ? {} : { limit }),
    ...(train === undefined ? {} : { learnFrom: train }),
    ...(layer === undefined ? {} : { layer }),
    ...(protocol ? { protocol } : {}),
    ...(system ? { system } : {}),
    ...(runs === undefined ? {} : { runs: readText(runs, 'run file') }),
    random: options.whole('random', 0) ?? NULLS,
    shuffled: options.whole('shuffled', 0) ?? (hasAxes ? NULLS : 0),
    orthogonal: hasAxes && !options.has('no-orthogonal'),
    labelSets: labels.filter((set) => set !== 'AB'),
    seed: options.whole('seed', 0) ?? 1,
  };
}
