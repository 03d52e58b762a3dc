"""The tokenizer section of a tiny GGUF: the tiny Llama's tokenizer, cut to its first 280 tokens."""

from __future__ import annotations

import json
from pathlib import Path

import gguf

SIZE = 280
BOS = 1
EOS = 2
PAD = 2
FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "tiny-llama-builder"


def add_tokenizer(writer: gguf.GGUFWriter, pre: str) -> None:
    """Writes the keys in the order of convert_hf_to_gguf.py; later merges only make later tokens."""
    tokenizer = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    config = json.loads((FOLDER / "tokenizer_config.json").read_text(encoding="utf-8"))
    ids = tokenizer["model"]["vocab"]
    tokens = sorted((token for token, index in ids.items() if index < SIZE), key=ids.__getitem__)
    merges = [merge for merge in tokenizer["model"]["merges"] if ids["".join(merge)] < SIZE]
    special = {token["id"] for token in tokenizer["added_tokens"] if token["special"]}
    kinds = [gguf.TokenType.CONTROL if index in special else gguf.TokenType.NORMAL for index in range(SIZE)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(merge) for merge in merges])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(False)
    writer.add_chat_template(config["chat_template"])
