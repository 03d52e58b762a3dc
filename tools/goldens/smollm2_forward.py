"""Logits and residuals of three prompts, unsteered and steered at two layers."""

from __future__ import annotations

import sys

import numpy as np

from golden_file import FloatFile, write_golden
from reference import load_reference, parser_for
from residual_stream import Pass, Steer, forward

SEED = 11
CAPTURE = [0, 7, 14, 22, 29]
STEERED = [9, 17]
# Of the layer's residual norm: strong enough to show, weak enough to stay on the model's own ground.
STRENGTH = 0.3
PROMPTS = {
    "capital": "What is the capital of France? The capital of France is",
    "dilemma": (
        "Amina sells honey at a market. A man she has never seen asks to take six jars now and pay next week, "
        "because his wallet was left at home. Her stall closes for the season tonight.\n"
        "A) Hand over the jars and write down his number.\nB) Keep the jars until the money is here.\n\n"
        "Which do you choose? Choice (A or B):"
    ),
    "text": (
        "The tide tables for 1907 were printed in March. Nobody in the harbour trusted them, because the clerk "
        "who copied the figures had never seen the sea. On 14 May the ferry left at 6:45, as it always had, and ran "
        "aground at 7:10 on a bank that every child could have pointed out. The captain's report was short: "
        "“Followed the table.” Afterwards the town paid an old fisherman twenty crowns a year to "
        "read every sheet before it went to the printer, and he"
    ),
}


def make_steers(unsteered: Pass, random: np.random.RandomState) -> list[Steer]:
    """One random direction a layer, as long as a share of that layer's residual at the last token."""
    steers = []
    for layer in STEERED:
        direction = random.standard_normal(unsteered.residual[layer].shape[-1])
        norm = np.linalg.norm(unsteered.residual[layer][-1])
        steers.append(Steer(layer, (direction / np.linalg.norm(direction) * norm * STRENGTH).astype(np.float32)))
    return steers


def main() -> int:
    """Command line."""
    arguments = parser_for(__doc__).parse_args()
    reference = load_reference(arguments.wheel)
    floats, random, cases = FloatFile(), np.random.RandomState(SEED), []
    for name, text in PROMPTS.items():
        tokens = reference.encode(text)
        unsteered = forward(reference.model, tokens)
        steers = make_steers(unsteered, random)
        for kind, result, used in [
            ("unsteered", unsteered, []),
            ("steered", forward(reference.model, tokens, steers), steers),
        ]:
            cases.append(
                {
                    "name": f"{name}/{kind}",
                    "text": text,
                    "tokens": tokens,
                    "steer": [{"layer": steer.layer, "vector": floats.add(steer.vector)} for steer in used],
                    "capture": CAPTURE,
                    "expected": {
                        "logits": floats.add(result.logits[-1]),
                        "residual": {str(layer): floats.add(result.residual[layer][-1]) for layer in CAPTURE},
                    },
                }
            )
    arguments.out.mkdir(parents=True, exist_ok=True)
    about = floats.write(arguments.out / "forward.f32")
    config = reference.model.config
    value = {
        "model": "smollm2-135m",
        "gguf_sha256": reference.gguf_sha256,
        "vocabulary": config.vocab_size,
        "hidden": config.hidden_size,
        "floats": about,
        "cases": cases,
    }
    write_golden(arguments.out / "forward.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
