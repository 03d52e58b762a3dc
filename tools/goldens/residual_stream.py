"""PyTorch's own forward pass with hooks: the reference for steering and for residuals."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from transformers import LlamaForCausalLM


@dataclass(frozen=True)
class Steer:
    """A vector that is added to the residual stream after one decoder layer, at every position."""

    layer: int
    vector: np.ndarray


@contextlib.contextmanager
def steered(model: LlamaForCausalLM, steers: list[Steer]) -> Iterator[dict[int, torch.Tensor]]:
    """Hooks every layer; gives the residual stream after each, steering included, once a pass has run."""
    vectors = {}
    for steer in steers:
        vector = torch.from_numpy(np.asarray(steer.vector, dtype=np.float32))
        vectors[steer.layer] = vectors.get(steer.layer, 0) + vector
    residuals: dict[int, torch.Tensor] = {}

    def hook_for(layer: int):
        # The hook, not `hidden_states`: that one's last entry is after the final norm.
        def hook(_module: torch.nn.Module, _inputs: tuple, output: torch.Tensor) -> torch.Tensor:
            if layer in vectors:
                output = output + vectors[layer]
            residuals[layer] = output
            return output

        return hook

    handles = [layer.register_forward_hook(hook_for(index)) for index, layer in enumerate(model.model.layers)]
    try:
        yield residuals
    finally:
        for handle in handles:
            handle.remove()


@dataclass(frozen=True)
class Pass:
    """One row's logits [positions, vocabulary] and residuals by layer [positions, hidden]."""

    logits: np.ndarray
    residual: dict[int, np.ndarray]


def forward(model: LlamaForCausalLM, tokens: list[int], steers: list[Steer] | None = None) -> Pass:
    """Runs one row of tokens with nothing added to it."""
    with torch.no_grad(), steered(model, steers or []) as residuals:
        logits = model(torch.tensor([tokens]), use_cache=False).logits
    return Pass(logits[0].numpy(), {layer: value[0].numpy() for layer, value in residuals.items()})
