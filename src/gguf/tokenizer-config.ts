import type { Metadata } from './metadata.ts';
import type { Json } from './tokenizer-parts.ts';
import { roleText, type Vocabulary } from './vocabulary.ts';

const TEMPLATE = 'tokenizer.chat_template';

/** Whether BOS and EOS stand around a text by default. */
export interface Surroundings {
  readonly begins: boolean;
  readonly ends: boolean;
}

/** What tokenizer_config.json says of the same model. */
export function configFrom(metadata: Metadata, vocabulary: Vocabulary, around: Surroundings): Json {
  const named = {
    bos_token: roleText(vocabulary, 'bos'),
    eos_token: roleText(vocabulary, 'eos'),
    eot_token: roleText(vocabulary, 'eot'),
    unk_token: roleText(vocabulary, 'unk'),
    pad_token: roleText(vocabulary, 'pad'),
    chat_template: chatTemplates(metadata),
    model_max_length: metadata.number(`${metadata.text('general.architecture') ?? ''}.context_length`),
  };
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    add_bos_token: around.begins,
    add_eos_token: around.ends,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
  };
}

/** The only template as a text; several as a list of names and templates. */
function chatTemplates(metadata: Metadata): string | { name: string; template: string }[] | undefined {
  const only = metadata.text(TEMPLATE);
  const named = metadata
    .keys()
    .filter((key) => key.startsWith(`${TEMPLATE}.`))
    .map((key) => ({ name: key.slice(TEMPLATE.length + 1), template: metadata.text(key) ?? '' }));
  if (named.length === 0) return only;
  return only === undefined ? named : [{ name: 'default', template: only }, ...named];
}
