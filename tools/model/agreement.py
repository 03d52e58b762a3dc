"""How closely an exported graph says what PyTorch says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

EMPTY_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


def onnx_logits(path: Path, tokens: list[int], accuracy_level: int | None = None) -> np.ndarray:
    """Logits at every position of one row, from an empty cache; `accuracy_level` overrides the file's own."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    source: object = str(path)
    if accuracy_level is not None:
        model = onnx.load(path, load_external_data=False)
        for node in model.graph.node:
            for attribute in node.attribute:
                if attribute.name == "accuracy_level":
                    attribute.i = accuracy_level
        source = model.SerializeToString()
        # A graph from memory has no folder of its own in which to look for its weights.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(path.parent))
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    length = len(tokens)
    config = json.loads((path.parent / "config.json").read_text(encoding="utf-8"))
    heads, head_size = config["num_key_value_heads"], config["head_dim"]
    feeds = {}
    for entry in session.get_inputs():
        if entry.name == "input_ids":
            feeds[entry.name] = np.array([tokens], dtype=np.int64)
        elif entry.name == "attention_mask":
            feeds[entry.name] = np.ones((1, length), dtype=np.int64)
        elif entry.name == "position_ids":
            feeds[entry.name] = np.arange(length, dtype=np.int64)[None]
        else:
            # A cache of one row with nothing past; its name for the head size may be symbolic, so ask the config.
            feeds[entry.name] = np.zeros((1, heads, 0, head_size), dtype=EMPTY_TYPES[entry.type])
    return session.run(["logits"], feeds)[0][0]


def torch_logits(model: torch.nn.Module, tokens: list[int]) -> np.ndarray:
    """The same logits from PyTorch."""
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].numpy()


def compare(ours: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """Correlation and largest difference over all positions' logits."""
    return {
        "prompt_logits_correlation": float(np.corrcoef(ours.ravel(), reference.ravel())[0, 1]),
        "max_abs_difference": float(np.abs(ours - reference).max()),
    }
