type Config = Readonly<Record<string, unknown>>;

/** How chat models of several families end a turn, beside the token that their files name. */
const TURN_ENDS = new Set([
  '</s>',
  '<|im_end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<end_of_turn>',
  '<|end|>',
  '<|end_of_turn|>',
  '<|return|>',
]);

const fieldsOf = (value: unknown): Config =>
  typeof value === 'object' && value !== null ? (value as Config) : {};

const numbersOf = (value: unknown): number[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (id): id is number => Number.isInteger(id) && (id as number) >= 0,
  );

/** The ids that a config.json, generation_config.json or genai_config.json names as ends: one, several or none. */
export function statedEnds(config: Config): number[] {
  const places = [config, fieldsOf(config['text_config']), fieldsOf(config['model'])];
  return places.flatMap((place) => numbersOf(place['eos_token_id']));
}

/**
 * The ids of special tokens of a tokenizer.json that end an answer: those whose text is among `named`, and the turn ends
 * of known chat formats.
 */
export function specialEnds(tokenizer: Config, named: readonly (string | undefined)[]): number[] {
  const { added_tokens: added } = tokenizer;
  if (!Array.isArray(added)) return [];
  return added.map(fieldsOf).flatMap(({ id, content, special }) => {
    const ends = named.includes(content as string) || (special === true && TURN_ENDS.has(content as string));
    return ends ? numbersOf(id) : [];
  });
}
