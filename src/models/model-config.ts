/**
 * What a model does: continue a text (`decoder`), only read one (`encoder`), rewrite one (`encoder-decoder`), look at
 * images or listen as well; `other` where its architecture is none of these; `untold` where nothing says so.
 */
export type Purpose = 'decoder' | 'encoder' | 'encoder-decoder' | 'vision' | 'audio' | 'other' | 'untold';

/** What a repository's config.json tells of its model. */
export interface ModelConfig {
  readonly purpose: Purpose;
  /** `model_type`, as the transformers library names families. */
  readonly family?: string;
  /** The first of `architectures`. */
  readonly architecture?: string;
}

const DECODER = /(?:ForCausalLM|LMHeadModel)$/;
const AUDIO = /whisper|wav2vec|speech|audio|ForCTC/i;
const VISION = /vision|image|clip|siglip|vl(?:moe)?(?:For|$)|llava|idefics|vlm/i;
const ENCODER = /(?:For(?:MaskedLM|\w*Classification|QuestionAnswering)|Model)$/;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function purposeOf(config: Fields, architecture: string | undefined): Purpose {
  if ('audio_config' in config || AUDIO.test(architecture ?? '')) return 'audio';
  if ('vision_config' in config || VISION.test(architecture ?? '')) return 'vision';
  if (config['is_encoder_decoder'] === true) return 'encoder-decoder';
  if (architecture === undefined) return 'untold';
  if (DECODER.test(architecture)) return 'decoder';
  return ENCODER.test(architecture) ? 'encoder' : 'other';
}

/** Reads a config.json; what is missing or no JSON tells nothing. */
export function readModelConfig(text: string | undefined): ModelConfig {
  let config: unknown;
  try {
    config = JSON.parse(text ?? '');
  } catch {
    return { purpose: 'untold' };
  }
  if (!isFields(config)) return { purpose: 'untold' };
  const { architectures, model_type: type } = config;
  const architecture = textOf(Array.isArray(architectures) ? (architectures as unknown[])[0] : undefined);
  const family = textOf(type);
  return {
    purpose: purposeOf(config, architecture),
    ...(family === undefined ? {} : { family }),
    ...(architecture === undefined ? {} : { architecture }),
  };
}
