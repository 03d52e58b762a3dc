"""Tokenizer files in the HF layout, from the GGUF's own tokens, token types and merges."""

from __future__ import annotations

import json
from pathlib import Path

# transformers' own reading of this GGUF splits digits wrongly and puts <|im_start|> before every text.
PRE_TOKENIZER = {
    "type": "Sequence",
    "pretokenizers": [
        {"type": "Digits", "individual_digits": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
    ],
}
DECODER = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
CONTROL = 3  # GGUF's token type of special tokens


def control_tokens(metadata: dict) -> dict[str, int]:
    """The special tokens and their ids."""
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    return {tokens[index]: index for index, kind in enumerate(types) if kind == CONTROL}


def added_token(content: str) -> dict:
    """One special token as tokenizer files describe it: matched literally, never stripped."""
    return {
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def tokenizer_json(metadata: dict) -> dict:
    """tokenizer.json: byte-level BPE, digits one by one, nothing added around a text."""
    if metadata["tokenizer.ggml.model"] != "gpt2" or metadata["tokenizer.ggml.pre"] != "smollm":
        raise ValueError("This GGUF's tokenizer is not the one that these rules were written for")
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, **added_token(token)} for token, index in control_tokens(metadata).items()],
        "normalizer": None,
        "pre_tokenizer": PRE_TOKENIZER,
        "post_processor": None,
        "decoder": DECODER,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(metadata["tokenizer.ggml.tokens"])},
            "merges": [merge.split(" ") for merge in metadata["tokenizer.ggml.merges"]],
        },
    }


def tokenizer_config(metadata: dict) -> dict:
    """tokenizer_config.json: which special token plays which part, and the chat template."""
    tokens = metadata["tokenizer.ggml.tokens"]
    special = control_tokens(metadata)
    return {
        "add_bos_token": bool(metadata["tokenizer.ggml.add_bos_token"]),
        "add_prefix_space": bool(metadata["tokenizer.ggml.add_space_prefix"]),
        "added_tokens_decoder": {str(index): added_token(token) for token, index in special.items()},
        "additional_special_tokens": list(special),
        "bos_token": tokens[metadata["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[metadata["tokenizer.ggml.eos_token_id"]],
        "unk_token": tokens[metadata["tokenizer.ggml.unknown_token_id"]],
        "pad_token": tokens[metadata["tokenizer.ggml.padding_token_id"]],
        "chat_template": metadata["tokenizer.chat_template"],
        "clean_up_tokenization_spaces": False,
        "model_max_length": metadata["llama.context_length"],
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def write_json(path: Path, value: object, indent: int | None = 2) -> None:
    """Writes JSON as UTF-8 with a final newline."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")


def write_tokenizer(folder: Path, metadata: dict) -> None:
    """Writes both tokenizer files into a model folder."""
    write_json(folder / "tokenizer.json", tokenizer_json(metadata))
    write_json(folder / "tokenizer_config.json", tokenizer_config(metadata))
