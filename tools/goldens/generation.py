"""Goldens of generation: greedy continuations by PyTorch with its own cache, unsteered and steered at every place."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedModel

TOOLS = Path(__file__).resolve().parent.parent
FIXTURES = TOOLS.parent / "tests" / "fixtures"
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["model", "fixtures", "goldens", "gguf"]]

import gguf_model  # noqa: E402
import tiny_llama  # noqa: E402
import tiny_models  # noqa: E402
from steering_ways import GGUF, Change, make_vectors, plain, steer  # noqa: E402

PROMPT = 9
STEPS = 24
# The best token has to lead the second by this much at every step: far more than rounding on any backend.
LEAD = 2e-3


def middle(model: PreTrainedModel) -> int:
    """A layer with others above it: at the last one, what a change does at earlier tokens would be lost."""
    return model.config.num_hidden_layers // 2 - 1


def make_cases(layer: int, last: int) -> dict[str, list[Change]]:
    """Every place for a vector that is added, then the other ways and two vectors at once."""
    return {
        "unsteered": [],
        "add, all": [Change(layer, "add", ("v",), "all")],
        "add, last": [Change(layer, "add", ("v",), "last")],
        "add, generated": [Change(layer, "add", ("v",), "generated")],
        "add-preserving, generated": [Change(layer, "add-preserving", ("w",), "generated")],
        "rotate by, last": [Change(layer, "rotate", ("u0", "u1"), "last", angle=1.2, turn="by")],
        "ablate, all": [Change(layer, "ablate", ("u2",), "all")],
        "two vectors, two places": [
            Change(layer, "add", ("v",), "generated"),
            Change(last, "add-preserving", ("w",), "last"),
        ],
    }


def acting(change: Change, is_prompt: bool, length: int) -> Change | None:
    """The change as it acts in one pass of `length` new tokens: what is generated comes one token a pass."""
    at = {"all": 0, "last": length - 1, "generated": length if is_prompt else 0}[change.at]
    if at >= length:
        return None
    return Change(change.layer, change.way, change.vectors, at, change.angle, change.turn, change.share)


@contextlib.contextmanager
def hooked(model: PreTrainedModel, changes: list[Change], named: dict, seen: dict) -> Iterator[None]:
    """Steers each pass; leaves the stream after the middle layer at the pass's last token in `seen`."""

    def hook_for(layer: int):
        def hook(_module: torch.nn.Module, _inputs: tuple, output: torch.Tensor) -> torch.Tensor:
            h = output[0]
            own = [acting(change, seen["is_prompt"], len(h)) for change in changes if change.layer == layer]
            active = [change for change in own if change]
            result = steer(h, active, named).unsqueeze(0) if active else output
            if layer == middle(model):
                seen["stream"] = result[0, -1]
            return result

        return hook

    handles = [block.register_forward_hook(hook_for(layer)) for layer, block in enumerate(model.model.layers)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def generate(model: PreTrainedModel, prompt: list[int], changes: list[Change], named: dict) -> dict | None:
    """
    Greedy tokens, each with its log-probability and what the state it was chosen from has along `u3`; nothing where a
    step is too close to call.
    """
    seen: dict = {"is_prompt": True}
    found: dict[str, list] = {"tokens": [], "log_probabilities": [], "projections": []}
    past, fed = None, prompt
    with torch.no_grad(), hooked(model, changes, named, seen):
        for _ in range(STEPS):
            output = model(torch.tensor([fed]), past_key_values=past, use_cache=True)
            past, seen["is_prompt"] = output.past_key_values, False
            logs = torch.log_softmax(output.logits[0, -1], dim=0)
            best, second = torch.topk(logs, 2).values
            if best - second < LEAD:
                return None
            token = int(torch.argmax(logs))
            found["tokens"].append(token)
            found["log_probabilities"].append(float(logs[token]))
            found["projections"].append(float(seen["stream"] @ named["u3"]))
            fed = [token]
    return found


def try_prompt(model: PreTrainedModel, seed: int) -> dict | None:
    """The golden for one seed, or nothing where some step is too close to call or two cases say the same."""
    config, random, layer = model.config, np.random.RandomState(seed), middle(model)
    prompt = random.randint(3, config.vocab_size, PROMPT).tolist()
    with torch.no_grad():
        states = model(torch.tensor([prompt]), output_hidden_states=True).hidden_states
    norm = float(states[layer + 1][0, -1].norm())
    vectors = make_vectors(random, config.hidden_size, norm)
    named = {key: torch.from_numpy(value) for key, value in vectors.items()}
    cases = []
    for name, changes in make_cases(layer, config.num_hidden_layers - 1).items():
        case = generate(model, prompt, changes, named)
        if not case or any(case["tokens"] == other["tokens"] for other in cases):
            return None
        entries = [change.request() | {"at": change.at} for change in changes]
        floats = {key: plain(np.array(case[key])) for key in ["log_probabilities", "projections"]}
        cases.append({"name": name, "steer": entries, **case, **floats})
    return {
        "seed": seed,
        "layer": layer,
        "direction": "u3",
        "prompt": prompt,
        "vectors": {key: plain(value) for key, value in vectors.items()},
        "cases": cases,
    }


def write(name: str, model: PreTrainedModel, out: Path) -> None:
    """One model's golden, of the first seed whose every step is clear."""
    golden = next(found for seed in range(1000) if (found := try_prompt(model, seed)))
    head = {key: value for key, value in golden.items() if key != "cases"}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in golden["cases"])
    path = out / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{json.dumps(head, separators=(",", ":"))[:-1]},"cases":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.name}: seed {golden['seed']}, {len(golden['cases'])} cases, {path.stat().st_size} bytes", flush=True)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FIXTURES / "generation")
    arguments = parser.parse_args()
    write("tiny-llama", tiny_llama.make_model(), arguments.out)
    architecture = tiny_models.ARCHITECTURES["llama"]
    model = tiny_models.make_model(architecture)
    gguf_model.load_weights(FIXTURES / "gguf" / GGUF, architecture, model)
    write("gguf-llama", model, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
