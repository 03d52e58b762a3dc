"""Tiny random models of the families that people run: each with the traits on which its graphs differ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tiny_tokenizer
import torch
import transformers
from model_folder import write_json
from safetensors.torch import save_file

SEED = 20260607
# Ten times the usual 0.02: logits then differ clearly between tokens, and a fault shows.
SCALE = 0.2
# All bytes and a few pairs of them: the table is the larger part of a model of this size.
VOCABULARY = 288
TOKEN_IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
# No width equals the vocabulary: the builder takes a projection of that width for lm_head. Heads are 16 wide at least:
# ONNX Runtime's GroupQueryAttention on the CPU takes only multiples of that.
COMMON = {
    **TOKEN_IDS,
    "vocab_size": VOCABULARY,
    "max_position_embeddings": 256,
    "dtype": "float32",
    "use_cache": True,
}


@dataclass(frozen=True)
class Family:
    """One architecture: the names of its transformers classes and its configuration."""

    config_class: str
    model_class: str
    # In the names of transformers 4; transformers 5 reads them as well.
    values: dict[str, object]
    # What a norm's random weights scatter around: Gemma multiplies with one plus the weight.
    norm_centre: float = 1.0


LLAMA = {
    **COMMON,
    "head_dim": 16,
    "num_hidden_layers": 3,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
}

FAMILIES = {
    # Separate lm_head; every query head reads one key head.
    "llama": Family(
        "LlamaConfig",
        "LlamaForCausalLM",
        {
            **LLAMA,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "tie_word_embeddings": False,
        },
    ),
    # Of two whole blocks of 32 weights in every row, and tied, so that the builder shares one 4-bit table.
    "llama-int4": Family(
        "LlamaConfig",
        "LlamaForCausalLM",
        {
            **LLAMA,
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "tie_word_embeddings": True,
        },
    ),
    # Biases on queries, keys and values.
    "qwen2": Family(
        "Qwen2Config",
        "Qwen2ForCausalLM",
        {
            **COMMON,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 3,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 16,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000000.0,
            "tie_word_embeddings": True,
        },
    ),
    # Norms on queries and keys; the heads together are wider than the stream.
    "qwen3": Family(
        "Qwen3Config",
        "Qwen3ForCausalLM",
        {
            **COMMON,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000000.0,
            "tie_word_embeddings": True,
        },
    ),
    # Norms before and after both blocks, windows with a rotary base of their own, scaled embeddings. The builder
    # rounds that scale, the root of the width, to two decimals: of 36 it is exact.
    "gemma3": Family(
        "Gemma3TextConfig",
        "Gemma3ForCausalLM",
        {
            **COMMON,
            "hidden_size": 36,
            "intermediate_size": 48,
            "num_hidden_layers": 4,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 16,
            "query_pre_attn_scalar": 24,
            "sliding_window": 16,
            "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
            "hidden_activation": "gelu_pytorch_tanh",
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000000.0,
            "rope_local_base_freq": 10000.0,
            "tie_word_embeddings": True,
        },
        norm_centre=0.0,
    ),
}


def make_model(family: Family) -> torch.nn.Module:
    """The float32 model; its weights depend on the seed alone."""
    config = getattr(transformers, family.config_class)(architectures=[family.model_class], **family.values)
    model_class = getattr(transformers, family.model_class)
    model = model_class._from_config(config, dtype=torch.float32, attn_implementation="eager")
    # numpy promises this generator's stream for ever; torch does not promise its own.
    random = np.random.RandomState(SEED)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            values = random.standard_normal(tuple(weight.shape)) * SCALE
            if "norm" in name:
                values += family.norm_centre
            weight.copy_(torch.from_numpy(values.astype(np.float32)))
    model.tie_weights()
    return model.eval()


def config_of(family: Family) -> dict[str, object]:
    """config.json so that transformers 4 (optimum), transformers 5 and the builder of 0.18 read the same from it."""
    config_class = getattr(transformers, family.config_class)
    about = {"architectures": [family.model_class], "model_type": config_class.model_type}
    values = {**family.values, **about}
    if "rope_local_base_freq" in values:
        # transformers 5 keeps one set of rotary parameters a kind of layer; the builder looks for names of version 4
        # at the top, to which it lifts whatever stands in rope_parameters.
        bases = {"full_attention": values["rope_theta"], "sliding_attention": values["rope_local_base_freq"]}
        kinds = {kind: {"rope_theta": base, "rope_type": "default"} for kind, base in bases.items()}
        lifted = {name: values[name] for name in ["rope_local_base_freq", "rope_theta"]}
        values["rope_parameters"] = {**kinds, **lifted, "rope_type": "default"}
    return dict(sorted(values.items()))


def write_hf_folder(family: Family, model: torch.nn.Module, folder: Path, scenarios: Path) -> None:
    """Writes the plain HF model folder that both exporters read."""
    write_json(folder / "config.json", config_of(family))
    write_json(folder / "generation_config.json", TOKEN_IDS)
    tied = family.values["tie_word_embeddings"]
    weights = {name: weight for name, weight in model.state_dict().items() if not (tied and name == "lm_head.weight")}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    tiny_tokenizer.write(tiny_tokenizer.train(scenarios, VOCABULARY), folder)
