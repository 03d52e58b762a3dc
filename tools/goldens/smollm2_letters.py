"""The first dilemmas of the measuring half in letters (both orders) and in cloze, unsteered."""

from __future__ import annotations

import sys

from dilemma_scores import read_dilemmas, score_cloze, score_letters
from golden_file import write_golden
from reference import load_reference, parser_for

COUNT = 100

FIELDS = {
    "letters.log_odds_high": "mean over both orders of log p(letter of the high pole) - log p(letter of the low pole)",
    "letters.position_bias": "mean over both orders of log p(A) - log p(B); positive leans toward A",
    "letters.answer_mass": "mean over both orders of p(A) + p(B)",
    "letters.orders": "log p of a letter is the log of the summed probability of 'X' and ' X', each a single token",
    "cloze.log_odds_high": "high - low, each the mean log-likelihood per token of ' {option}' after '{scenario} Answer:'",
}


def main() -> int:
    """Command line."""
    arguments = parser_for(__doc__).parse_args()
    reference = load_reference(arguments.wheel)
    dilemmas, hashes = read_dilemmas()
    dilemmas = [dilemma for dilemma in dilemmas if dilemma.split == "test"][:COUNT]
    scored = []
    for number, dilemma in enumerate(dilemmas, 1):
        letters, cloze = score_letters(reference, dilemma), score_cloze(reference, dilemma)
        scored.append({"id": dilemma.id, "split": dilemma.split, "letters": letters, "cloze": cloze})
        if number % 20 == 0:
            print(f"{number} of {len(dilemmas)} dilemmas", flush=True)
    value = {
        "model": "smollm2-135m",
        "gguf_sha256": reference.gguf_sha256,
        "data_sha256": hashes,
        "fields": FIELDS,
        "dilemmas": scored,
    }
    write_golden(arguments.out / "letters.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
