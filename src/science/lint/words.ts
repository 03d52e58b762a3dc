/** The words of a text in lower case, apostrophes kept inside a word. */
export function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? []
  );
}

/** Number of sentences, at least one. */
export function sentencesOf(text: string): number {
  return Math.max(1, (text.match(/[.!?…]+["”’)]*(?=\s|$)/gu) ?? []).length);
}
