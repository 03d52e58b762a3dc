"""tests/fixtures/gguf/byte_level_ids.json: ids of ByteLevel with its own pattern, by Hugging Face's tokenizers."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "gguf"
TEXTS = [
    "a\ufeffb \ufeff c\ufeff\ufeff",
    "\ufeffthe \ufeffthe",
    "the\x85the \x85 the\x85\x85 the",
    "the \x85the \x85\x85!\x85!",
    "the\u180ethe \u180e the",
    "\tthe\t\tthe\t 12\t",
    "I'm you're he's we've they'll I'd 'S 's  's",
    "  the  the\n\n the \n",
    "the\u00a0the \u3000 the\u2028the\u200bthe",
    "\x1cthe\x1f the",
    "½ ²the 12the",
    " the",
    "the",
    "",
]


def main() -> None:
    """Ids by the vocabulary of tokenizers.json, with and without a space in front, alone and after Digits."""
    values = json.loads((FOLDER / "tokenizers.json").read_text())["vocabularies"]["byte-level"]
    vocabulary = {token: place for place, token in enumerate(values["tokenizer.ggml.tokens"])}
    merges = [tuple(line.split(" ")) for line in values["tokenizer.ggml.merges"]]
    lines = []
    for digits in [False, True]:
        for prefix in [False, True]:
            tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
            steps = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
            steps.append(pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=True))
            tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps) if digits else steps[0]
            ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
            lines.append(json.dumps({"digits": digits, "prefix": prefix, "ids": ids}))
    ways = ",\n".join(lines)
    (FOLDER / "byte_level_ids.json").write_text(f'{{"texts": {json.dumps(TEXTS)},\n"ways": [\n{ways}\n]}}\n')


if __name__ == "__main__":
    main()
