"""A byte-level BPE tokenizer over the words of the page's questions; a start token stands before every text."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from model_folder import write_json
from questions import ANSWER, ASK, LABELS, Question
from tokenizer_files import added_token

SIZE = 2816
START, END = "<|start|>", "<|end|>"


def train(questions: list[Question], passages: list[str], size: int = SIZE) -> Tokenizer:
    """Trains a tokenizer of `size` tokens; the same texts give the same tokens."""
    texts = [text for one in questions for text in (one.scenario(), f" {one.high}", f" {one.low}")] + passages
    texts += [ANSWER, *(ASK.format(*pair) for pair in LABELS), *(f"{a} {b} {a} {b}" for a, b in LABELS)] * 200
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[START, END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A", pair=f"{START} $A $B", special_tokens=[(START, tokenizer.token_to_id(START))]
    )
    if tokenizer.get_vocab_size() != size:
        raise ValueError(f"Expected {size} tokens, got {tokenizer.get_vocab_size()}")
    return tokenizer


def write(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes tokenizer.json and tokenizer_config.json."""
    write_json(folder / "tokenizer.json", json.loads(tokenizer.to_str()), indent=None)
    config = {
        "add_bos_token": True,
        "added_tokens_decoder": {str(index): added_token(token) for index, token in enumerate([START, END])},
        "bos_token": START,
        "eos_token": END,
        "unk_token": END,
        "pad_token": END,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 2048,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    write_json(folder / "tokenizer_config.json", config)
