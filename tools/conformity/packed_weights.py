"""The weights of a builder's int4 graph as the numbers that it computes with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

# The builder's node names to PyTorch's: /model/layers.0/attn/qkv_proj/MatMul_Q4 is three projections in one.
BLOCKS = {"attn": "self_attn", "mlp": "mlp"}
JOINT = {"qkv_proj": ["q_proj", "k_proj", "v_proj"], "gate_up_proj": ["gate_proj", "up_proj"]}


def nibbles(packed: np.ndarray) -> np.ndarray:
    """Two 4-bit numbers a byte, the low one first, along the last dimension."""
    return np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1)


def unpack(weight: np.ndarray, scales: np.ndarray, zeros: np.ndarray | None, width: int) -> np.ndarray:
    """Float32 [rows, width] from 4-bit numbers in blocks along each row: (number - zero point) * scale."""
    rows = weight.shape[0]
    scales = scales.reshape(rows, -1)
    blocks = scales.shape[1]
    numbers = nibbles(weight.reshape(rows, -1)).reshape(rows, blocks, -1).astype(np.float32)
    # Zero points of a row fill whole bytes: with an odd count of blocks the last half-byte is nobody's.
    centre = 8 if zeros is None else nibbles(zeros.reshape(rows, -1))[:, :blocks, None].astype(np.float32)
    return ((numbers - centre) * scales[:, :, None]).reshape(rows, -1)[:, :width].astype(np.float32)


def read_packed(path: Path) -> dict[str, np.ndarray]:
    """Every weight that a MatMulNBits node holds, by the node's name, and the table that tokens are looked up in."""
    graph = onnx.load(path).graph
    initializers = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # A shared table is one initializer, which the lookup sees in another shape.
    reshaped = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Reshape"}

    def value(name: str) -> np.ndarray | None:
        found = initializers.get(reshaped.get(name, name)) if name else None
        if name and found is None:
            raise ValueError(f"{name} is no initializer")
        return found

    weights = {}
    for node in graph.node:
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        if node.op_type not in {"MatMulNBits", "GatherBlockQuantized"}:
            continue
        if attributes.get("bits", 4) != 4 or attributes["block_size"] != 32:
            raise ValueError(f"{node.name} is not of 4 bits in blocks of 32")
        places = [1, 2, 3] if node.op_type == "MatMulNBits" else [0, 2, 3]
        weight, scales, zeros = (value(node.input[place]) if place < len(node.input) else None for place in places)
        width = attributes.get("K", scales.reshape(weight.shape[0], -1).shape[1] * 32)
        weights[node.name] = unpack(weight, scales, zeros, width)
    return weights


def load_packed(path: Path, model: torch.nn.Module) -> None:
    """Puts a graph's 4-bit weights in the place of the model's own; norms are the same in both."""
    state = {}
    for name, weight in read_packed(path).items():
        parts = name.strip("/").split("/")
        if parts[0] == "lm_head":
            state["lm_head.weight"] = weight
        elif parts[1] == "embed_tokens":
            state["model.embed_tokens.weight"] = weight
        else:
            prefix = f"model.{parts[1]}.{BLOCKS[parts[2]]}"
            modules = [f"{prefix}.{part}" for part in JOINT.get(parts[3], [parts[3]])]
            heights = [model.get_submodule(module).out_features for module in modules]
            pieces = np.split(weight, np.cumsum(heights)[:-1])
            state.update({f"{module}.weight": piece for module, piece in zip(modules, pieces, strict=True)})
    linear = {name for name, weight in model.named_parameters() if weight.ndim == 2}
    if not linear <= set(state):
        raise ValueError(f"The graph holds no 4-bit weights for {', '.join(sorted(linear - set(state)))}")
    if model.config.tie_word_embeddings and not np.array_equal(
        state["lm_head.weight"], state["model.embed_tokens.weight"]
    ):
        raise ValueError("The two readings of the shared table differ")
    tensors = {name: torch.from_numpy(weight) for name, weight in state.items()}
    missing = model.load_state_dict(tensors, strict=False)
    if missing.unexpected_keys:
        raise ValueError(f"The model has no place for {', '.join(missing.unexpected_keys)}")
