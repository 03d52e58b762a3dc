"""Sampled logits after twenty prompts, and the log-probability of every token of a short text."""

from __future__ import annotations

import json
import sys

import torch

from golden_file import FloatFile, write_golden
from reference import SCENARIOS, load_reference, parser_for
from residual_stream import forward

PROMPTS = 20
# Every so many logits are kept; prime, so that no pattern of the vocabulary is met.
STEP = 37
TEXT = (
    "The lighthouse keeper wrote the weather into his book every evening. In winter there was little to write: wind "
    "from the north, snow, no ships. In spring the first boats came back, and with them letters from his sister."
)


def read_prompts() -> list[str]:
    """The first scenarios of the page's own test half, as cloze puts them."""
    dilemmas = json.loads((SCENARIOS / "test.json").read_text(encoding="utf-8"))
    listed = dilemmas["dilemmas"] if isinstance(dilemmas, dict) else dilemmas
    return [f"{dilemma['scenario_text']} Answer:" for dilemma in listed[:PROMPTS]]


def main() -> int:
    """Command line."""
    arguments = parser_for(__doc__).parse_args()
    reference = load_reference(arguments.wheel)
    floats, cases = FloatFile(), []
    for text in read_prompts():
        tokens = reference.encode(text)
        cases.append({"tokens": tokens, "logits": floats.add(forward(reference.model, tokens).logits[-1][::STEP])})
    if len(cases) != PROMPTS:
        raise ValueError(f"{len(cases)} prompts instead of {PROMPTS}")
    tokens = reference.encode(TEXT)
    log_p = torch.log_softmax(torch.from_numpy(forward(reference.model, tokens).logits).double(), dim=-1)
    scores = [float(log_p[at - 1, tokens[at]]) for at in range(1, len(tokens))]
    arguments.out.mkdir(parents=True, exist_ok=True)
    value = {
        "model": "smollm2-135m",
        "gguf_sha256": reference.gguf_sha256,
        "step": STEP,
        "floats": floats.write(arguments.out / "prompts.f32"),
        "cases": cases,
        "text": {"text": TEXT, "tokens": tokens, "log_p": scores},
    }
    write_golden(arguments.out / "prompts.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
