"""Byte-level BPE written out plainly: a second opinion that shares nothing with any tokenizer library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

CONTROL = 3  # GGUF's token type of special tokens
GPT2 = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
DIGIT = regex.compile(r"(\p{N})")


@lru_cache(maxsize=1)
def byte_letters() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printable))
    return [letters[byte] for byte in range(256)]


@dataclass(frozen=True)
class PlainBpe:
    """Vocabulary, merge ranks and special tokens of one model."""

    ids: dict[str, int]
    ranks: dict[tuple[str, str], int]
    special: list[str]

    @staticmethod
    def from_metadata(metadata: dict) -> PlainBpe:
        """Reads them from a GGUF's metadata."""
        tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
        merges = metadata["tokenizer.ggml.merges"]
        return PlainBpe(
            ids={token: index for index, token in enumerate(tokens)},
            ranks={tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)},
            # The longest first, so that none is hidden by one that begins it.
            special=sorted((tokens[i] for i, kind in enumerate(types) if kind == CONTROL), key=len, reverse=True),
        )

    def encode(self, text: str) -> list[int]:
        """Token ids of a text with nothing added to it."""
        ids = []
        for part in regex.split(f"({'|'.join(map(regex.escape, self.special))})", text):
            if part in self.special:
                ids.append(self.ids[part])
            elif part:
                ids += [self.ids[piece] for word in self.words(part) for piece in self.merge(word)]
        return ids

    def words(self, text: str) -> list[str]:
        """Pre-tokens: numerals one by one, everything between them by GPT-2's pattern."""
        return [word for part in DIGIT.split(text) if part for word in GPT2.findall(part)]

    def merge(self, word: str) -> list[str]:
        """Joins neighbours in the order in which the merges were learnt."""
        letters = byte_letters()
        pieces = [letters[byte] for byte in word.encode("utf-8")]
        while len(pieces) > 1:
            pairs = list(zip(pieces, pieces[1:]))
            best = min(pairs, key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            place = pairs.index(best)
            pieces[place : place + 2] = ["".join(best)]
        return pieces
