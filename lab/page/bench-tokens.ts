/** Token ids of one timed pass: spread over the vocabulary, other ones in each round. */
export function benchTokens(length: number, round: number, vocabulary: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7919 + round * 104729) % vocabulary);
}
