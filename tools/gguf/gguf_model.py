"""A transformers model as a GGUF file, with the keys and tensors of llama.cpp's convert_hf_to_gguf.py, and back."""

from __future__ import annotations

import math
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import PretrainedConfig, PreTrainedModel

from gguf_tokenizer import add_tokenizer
from tiny_models import ZERO_CENTRED, Architecture

ROPE_FACTORS = "rope_freqs.weight"


def permute(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a query or key matrix from rotate-half order to ggml's order of neighbouring pairs."""
    pairs = weight.shape[0] // heads // 2
    return weight.reshape(heads, 2, pairs, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def unpermute(weight: np.ndarray, heads: int) -> np.ndarray:
    """The way back."""
    pairs = weight.shape[0] // heads // 2
    return weight.reshape(heads, pairs, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def permuted_heads(arch: str, name: str, config: PretrainedConfig) -> int:
    """By how many heads a tensor is permuted; 0 for most. Only Llama's are."""
    if arch != "llama":
        return 0
    if name.endswith("q_proj.weight"):
        return config.num_attention_heads
    return config.num_key_value_heads if name.endswith("k_proj.weight") else 0


def norm_shift(arch: str, name: str) -> float:
    """What GGUF adds to a norm's weights."""
    return 1.0 if arch == ZERO_CENTRED and name.endswith("norm.weight") else 0.0


def rope_factors(config: PretrainedConfig) -> np.ndarray | None:
    """Llama 3's divisors of the rotary frequencies [head_dim / 2], which GGUF keeps as a tensor."""
    rope = config.rope_parameters
    if rope.get("rope_type") != "llama3":
        return None
    low, high, old = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    factors = []
    for place in range(0, config.head_dim, 2):
        length = 2 * math.pi * rope["rope_theta"] ** (place / config.head_dim)
        smooth = min(1.0, max(0.0, (old / length - low) / (high - low)))
        factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(factors, dtype=np.float32)


def add_parameters(writer: gguf.GGUFWriter, arch: str, config: PretrainedConfig, *, local_base: bool) -> None:
    """Writes the architecture's keys."""
    rope = config.rope_parameters
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(rope.get("full_attention", rope)["rope_theta"])
    if local_base and "sliding_attention" in rope:
        writer.add_rope_freq_base_swa(rope["sliding_attention"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    # Qwen2's config has no size of heads, and so its files have none.
    if arch != "qwen2":
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if arch == "gemma3":
        writer.add_sliding_window(config.sliding_window)
    if arch == "llama":
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(config.head_dim)


def write(path: Path, architecture: Architecture, model: PreTrainedModel, *, local_base: bool = True) -> None:
    """Writes a float32 GGUF. Without `local_base` Gemma's local rope base is left out, as in older files."""
    arch, config = architecture.arch, model.config
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[arch.upper()], config.num_hidden_layers)
    writer = gguf.GGUFWriter(path, arch)
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(f"Tiny {arch}")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_parameters(writer, arch, config, local_base=local_base)
    add_tokenizer(writer, architecture.pre)
    if (factors := rope_factors(config)) is not None:
        writer.add_tensor(ROPE_FACTORS, factors)
    for name, tensor in model.named_parameters():
        values = tensor.detach().numpy()
        if heads := permuted_heads(arch, name, config):
            values = permute(values, heads)
        values = values + np.float32(norm_shift(arch, name))
        target = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if target is None:
            raise ValueError(f"GGUF has no name for {name}")
        writer.add_tensor(target, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def load_weights(path: Path, architecture: Architecture, model: PreTrainedModel) -> set[str]:
    """Puts a GGUF's dequantized weights into the model; returns the types that the file holds."""
    arch, config = architecture.arch, model.config
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[arch.upper()], config.num_hidden_layers)
    reader = gguf.GGUFReader(path)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    left = set(tensors) - {ROPE_FACTORS}
    with torch.no_grad():
        for name, weight in model.named_parameters():
            target = names.get_name(name, try_suffixes=(".weight", ".bias"))
            left.remove(target)
            tensor = tensors[target]
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).reshape(tuple(weight.shape))
            if heads := permuted_heads(arch, name, config):
                values = unpermute(values, heads)
            weight.copy_(torch.from_numpy(values - np.float32(norm_shift(arch, name))))
    if left:
        raise ValueError(f"{path.name} holds tensors that nobody reads: {left}")
    model.tie_weights()
    return {tensor.tensor_type.name for tensor in reader.tensors}
