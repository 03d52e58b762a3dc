"""Greedy generation with PyTorch's own cache of keys and values."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from residual_stream import Pass, Steer, steered
from transformers import DynamicCache


def continue_greedily(
    model: torch.nn.Module, prompt: list[int], steps: int, steers: list[Steer]
) -> Iterator[tuple[list[int], Pass]]:
    """The prompt and every row with one more token: its tokens and what the pass over the newest of them gave."""
    cache = DynamicCache(config=model.config)
    tokens, fresh = list(prompt), list(prompt)
    for _ in range(steps + 1):
        with torch.no_grad(), steered(model, steers) as residuals:
            logits = model(torch.tensor([fresh]), past_key_values=cache, use_cache=True).logits
        result = Pass(logits[0].numpy(), {layer: value[0].numpy() for layer, value in residuals.items()})
        yield list(tokens), result
        fresh = [int(result.logits[-1].argmax())]
        tokens += fresh
