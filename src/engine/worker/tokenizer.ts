import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { LeewayError, messageOf } from '../../errors/leeway-error.ts';
import type { ChatMessage, TextToEncode } from '../shared/protocol.ts';
import { specialEnds } from './end-tokens.ts';

type Config = Record<string, unknown>;

const tokenText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
};

/** Finds the template: a file of its own, or a string or a named list in tokenizer_config.json. */
function templateOf(config: Config, file: string | undefined): string | undefined {
  if (file) return file;
  const stated = config['chat_template'];
  if (typeof stated === 'string') return stated;
  if (!Array.isArray(stated)) return undefined;
  const named = stated as { name?: string; template?: string }[];
  return (named.find((entry) => entry.name === 'default') ?? named[0])?.template;
}

// GPT-2's pattern, with white space as Rust has it: JavaScript's \s knows U+FEFF and does not know U+0085.
const SPACE = String.raw`\p{White_Space}`;
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^${SPACE}\p{L}\p{N}]+|${SPACE}+(?!\P{White_Space})|${SPACE}+`;

const split = (Regex: string): Config => ({
  type: 'Split',
  pattern: { Regex },
  behavior: 'Isolated',
  invert: false,
});

/**
 * Pre-tokenizers that the JavaScript library reads in another way than Rust's, said with those that it reads right.
 * Digits splits at every numeric character (Rust's char::is_numeric, Unicode N), not at ASCII digits only, so that
 * `½` or `²` come out right. ByteLevel's own pattern is put before it; its space in front belongs to the text, before
 * the pattern cuts it.
 */
function asRustReads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asRustReads);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Config;
  if (fields['type'] === 'Digits') return split(fields['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
  if (fields['type'] === 'ByteLevel' && fields['use_regex'] !== false) {
    const space = { type: 'Replace', pattern: { Regex: String.raw`\A(?=[^ ])` }, content: ' ' };
    const bytes = { ...fields, use_regex: false, add_prefix_space: false };
    const prefix = fields['add_prefix_space'] === true ? [space] : [];
    return { type: 'Sequence', pretokenizers: [...prefix, split(GPT2), bytes] };
  }
  return Object.fromEntries(Object.entries(fields).map(([key, entry]) => [key, asRustReads(entry)]));
}

/**
 * Largest id plus one over the model's own vocabulary (a map, or a list of pairs). Added tokens do not count: Gemma 3's
 * tokenizer adds an image token that its text models have no row for.
 */
function vocabularyOf({ model }: Config): number {
  const vocab = (model as Config | undefined)?.['vocab'];
  if (Array.isArray(vocab)) return vocab.length;
  let largest = -1;
  if (typeof vocab === 'object' && vocab !== null)
    for (const id of Object.values(vocab)) if (typeof id === 'number' && id > largest) largest = id;
  return largest + 1;
}

/** The model's own tokenizer and chat template. */
export class TextCoder {
  readonly #tokenizer: Tokenizer;
  readonly #template: Template | undefined;
  readonly #special: Record<string, string> = {};
  readonly #vocabulary: number;
  /** Ids of the tokens at which an answer ends, as far as the tokenizer tells. */
  readonly endTokens: readonly number[];

  constructor(tokenizer: Config, config: Config, templateFile?: string) {
    try {
      const pre_tokenizer = asRustReads(tokenizer['pre_tokenizer']);
      this.#tokenizer = new Tokenizer({ ...tokenizer, pre_tokenizer }, config);
      const template = templateOf(config, templateFile);
      this.#template = template ? new Template(template) : undefined;
    } catch (thrown) {
      throw new LeewayError(
        'model-tokenizer',
        `The model’s tokenizer cannot be used: ${messageOf(thrown)}.`,
        'The model needs a tokenizer.json as the transformers library writes it.',
        { cause: thrown },
      );
    }
    this.#vocabulary = vocabularyOf(tokenizer);
    for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token']) {
      const text = tokenText(config[name]);
      if (text !== undefined) this.#special[name] = text;
    }
    this.endTokens = specialEnds(tokenizer, [this.#special['eos_token'], tokenText(config['eot_token'])]);
  }

  /** One more than the largest token id that a text can become. */
  get vocabulary(): number {
    return this.#vocabulary;
  }

  get hasChatTemplate(): boolean {
    return this.#template !== undefined;
  }

  /** Token ids of a text, or of messages put through the chat template with the answer about to begin. */
  encode(text: TextToEncode): number[] {
    if ('text' in text) return this.#ids(text.text, text.special);
    // A template writes its special tokens itself.
    return this.#ids(this.#render(text.messages), false);
  }

  /** The text of ids, special tokens left out. */
  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode([...ids], {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });
  }

  #ids(text: string, special: boolean): number[] {
    return text === '' && !special ? [] : this.#tokenizer.encode(text, { add_special_tokens: special }).ids;
  }

  #render(messages: readonly ChatMessage[]): string {
    if (!this.#template)
      throw new LeewayError(
        'protocol-unsupported',
        'This model has no chat template.',
        'Use the letters or the cloze protocol.',
      );
    return this.#template.render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: true,
      ...this.#special,
    });
  }
}
