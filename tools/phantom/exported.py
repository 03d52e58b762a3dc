"""Weights back from an exported phantom, to train it further: its initializers are PyTorch's, some of them turned round."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from residual_stream import forward

LIMIT = 1e-3


def read_weights(model: nn.Module, folder: Path) -> None:
    """Takes a model's weights from `folder`/model.onnx, of which no weight may be missing."""
    graph = onnx.load(folder / "model.onnx").graph
    found = {entry.name: torch.from_numpy(numpy_helper.to_array(entry).copy()) for entry in graph.initializer}

    def matrix(name: str) -> torch.Tensor:
        return found[f"{name}.MatMul.weight"].T.contiguous()

    config = model.config
    state = {
        "model.embed_tokens.weight": found["model.embed_tokens.weight"],
        "lm_head.weight": matrix("lm_head"),
        "model.norm.weight": found[f"model.layers.{config.num_hidden_layers}.final_norm_layernorm.weight"],
    }
    for layer in range(config.num_hidden_layers):
        at = f"model.layers.{layer}"
        for name in ("input_layernorm", "post_attention_layernorm"):
            state[f"{at}.{name}.weight"] = found[f"{at}.{name}.weight"]
        parts = matrix(f"{at}.attn.qkv_proj").chunk(3)
        for name, part in zip(("q_proj", "k_proj", "v_proj"), parts, strict=True):
            state[f"{at}.self_attn.{name}.weight"] = part
        state[f"{at}.self_attn.o_proj.weight"] = matrix(f"{at}.attn.o_proj")
        for name in ("gate_proj", "up_proj", "down_proj"):
            state[f"{at}.mlp.{name}.weight"] = matrix(f"{at}.mlp.{name}")
    if not torch.equal(state["lm_head.weight"], state["model.embed_tokens.weight"]):
        raise ValueError(f"{folder}: the head is not the embedding turned round")
    model.load_state_dict(state)


def check_golden(model: nn.Module, path: Path) -> float:
    """The largest difference from the logits of a golden file; raises where the model is not the one they are of."""
    golden = json.loads(path.read_text(encoding="utf-8"))
    largest = 0.0
    for prompt in golden["prompts"]:
        logits = forward(model, prompt["ids"]).logits[-1][:: golden["step"]]
        largest = max(largest, float(abs(logits - prompt["logits"]).max()))
    if not largest < LIMIT:
        raise ValueError(f"{path}: logits differ by {largest}")
    return largest
