"""Seeded random models of every architecture that the GGUF door reads, as transformers builds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PretrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from gguf_tokenizer import BOS, EOS, PAD, SIZE

SEED = 20261124
# Weights of 1.6 / √hidden: logits then differ clearly between tokens, and a fault shows.
GAIN = 1.6
BIAS_SCALE = 0.3
NORM_SCALE = 0.2
NARROW = {
    "vocab_size": SIZE,
    "hidden_size": 64,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 1024,
    "rms_norm_eps": 1e-5,
    "tie_word_embeddings": True,
    "bos_token_id": BOS,
    "eos_token_id": EOS,
    "pad_token_id": PAD,
}
# Super-blocks have 256 columns; other columns make llama.cpp fall back to types with blocks of 32.
WIDE = {**NARROW, "hidden_size": 256, "num_attention_heads": 2, "num_key_value_heads": 1}
ROPE = {"rope_type": "default", "rope_theta": 10000.0}
# A short original context, so that some of the eight frequencies are kept, some blended, some divided.
ROPE_LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
# transformers counts Gemma's norm weights from 0, GGUF from 1.
ZERO_CENTRED = "gemma3"


def llama(size: dict) -> PretrainedConfig:
    """Grouped queries, tied embeddings."""
    return LlamaConfig(**size, head_dim=16, rope_parameters=ROPE)


def llama3() -> PretrainedConfig:
    """Llama 3's rope scaling, and an output matrix of its own."""
    return LlamaConfig(**{**NARROW, "tie_word_embeddings": False}, head_dim=16, rope_parameters=ROPE_LLAMA3)


def qwen2() -> PretrainedConfig:
    """Biases on queries, keys and values."""
    return Qwen2Config(**NARROW, rope_parameters={**ROPE, "rope_theta": 1e6})


def qwen3() -> PretrainedConfig:
    """Norms on queries and keys, and heads that together are wider than the hidden size."""
    size = {**NARROW, "num_key_value_heads": 1}
    return Qwen3Config(**size, head_dim=32, rope_parameters={**ROPE, "rope_theta": 1e6})


def gemma3() -> PretrainedConfig:
    """Seven layers, of which the sixth sees everything and the others 16 tokens."""
    size = {**NARROW, "hidden_size": 32, "num_hidden_layers": 7, "num_attention_heads": 2, "num_key_value_heads": 1}
    rope = {"full_attention": {**ROPE, "rope_theta": 1e6}, "sliding_attention": ROPE}
    # GGUF has no place for another scalar than the heads' size.
    return Gemma3TextConfig(
        **size, head_dim=16, query_pre_attn_scalar=16, sliding_window=16, rope_parameters=rope
    )


@dataclass(frozen=True)
class Architecture:
    """One kind of model; `arch` and `pre` are GGUF's names for it and for its pre-tokenizer."""

    arch: str
    pre: str
    model: type[PreTrainedModel]
    config: Callable[[], PretrainedConfig]


ARCHITECTURES = {
    "llama": Architecture("llama", "smollm", LlamaForCausalLM, lambda: llama(NARROW)),
    "llama-wide": Architecture("llama", "smollm", LlamaForCausalLM, lambda: llama(WIDE)),
    "llama3": Architecture("llama", "llama-bpe", LlamaForCausalLM, llama3),
    "qwen2": Architecture("qwen2", "qwen2", Qwen2ForCausalLM, qwen2),
    "qwen3": Architecture("qwen3", "qwen2", Qwen3ForCausalLM, qwen3),
    "gemma3": Architecture("gemma3", "gpt-2", Gemma3ForCausalLM, gemma3),
}


def make_model(architecture: Architecture) -> PreTrainedModel:
    """The float32 model; its weights depend on the seed alone."""
    config = architecture.config()
    model = architecture.model._from_config(config, dtype=torch.float32, attn_implementation="eager")
    # numpy promises this generator's stream for ever; torch does not promise its own.
    random = np.random.RandomState(SEED)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            values = random.standard_normal(tuple(weight.shape))
            if "norm" in name:
                values = values * NORM_SCALE + (0 if architecture.arch == ZERO_CENTRED else 1)
            elif name.endswith(".bias"):
                values *= BIAS_SCALE
            else:
                values *= GAIN / np.sqrt(config.hidden_size)
            weight.copy_(torch.from_numpy(values.astype(np.float32)))
    model.tie_weights()
    return model.eval()
