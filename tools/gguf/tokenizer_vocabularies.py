"""Small vocabularies as GGUF metadata: byte-level BPE with merges across words, SentencePiece BPE with scores."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import gguf
import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tokenizer_texts import CONTROL, STRINGS, UNUSED, USER_DEFINED

Metadata = dict[str, object]

SCENARIOS = Path(__file__).resolve().parent.parent.parent / "public" / "scenarios"
WORDS = 700
ACROSS = 900
PIECES = 900
# Tokens that no merges lead to, as vocabularies made from tiktoken's have them.
WHOLE = ["ĠAnswer", "Hello", "Ġworld", "ä½łå¥½", "123", "199", "Ġ", "ĠHer"]
# No merge may lead to these: each stands in the vocabulary once.
APART = {*CONTROL, *USER_DEFINED, *UNUSED}
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def corpus() -> list[str]:
    """The dilemmas' texts and the strings themselves."""
    texts = list(STRINGS)
    for path in sorted(SCENARIOS.glob("t*.json")):
        for dilemma in json.loads(path.read_text(encoding="utf-8")):
            texts += [dilemma["scenario_text"], *dilemma["options"].values()]
    return texts


def merges_across(rows: list[list[str]], count: int) -> list[tuple[str, str]]:
    """More merges, learnt with no regard for words: then every place where a pre-tokenizer cuts can be seen."""
    found: list[tuple[str, str]] = []
    for _ in range(count):
        pairs = Counter(pair for row in rows for pair in zip(row, row[1:]) if "".join(pair) not in APART)
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        found.append(best)
        for row in rows:
            place = 0
            while place < len(row) - 1:
                if (row[place], row[place + 1]) == best:
                    row[place : place + 2] = ["".join(best)]
                place += 1
    return found


def byte_level() -> Metadata:
    """A byte-level BPE: ordinary merges first, then merges across words."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=WORDS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    texts = corpus()
    learner.train_from_iterator(texts, trainer)
    model = json.loads(learner.to_str())["model"]
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    # The strings count most, since it is their cuts that must be seen.
    rows = [learner.encode(text).tokens for text in [*STRINGS, *STRINGS, *texts[:120]]]
    merges = [tuple(merge) for merge in model["merges"]]
    merges += [merge for merge in merges_across(rows, ACROSS) if merge not in merges]
    tokens = [*CONTROL[:2], *sorted(model["vocab"], key=model["vocab"].__getitem__)]
    known = set(tokens)
    for token in [*("".join(merge) for merge in merges), *WHOLE]:
        if token not in known:
            known.add(token)
            tokens.append(token)
    kinds = [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.NORMAL] * (len(tokens) - 2)
    for kind, names in [("CONTROL", CONTROL[2:]), ("USER_DEFINED", USER_DEFINED), ("UNUSED", UNUSED)]:
        tokens += names
        kinds += [gguf.TokenType[kind]] * len(names)
    return {
        "general.architecture": "llama",
        "llama.context_length": 512,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [int(kind) for kind in kinds],
        "tokenizer.ggml.merges": [" ".join(merge) for merge in merges],
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.chat_template": TEMPLATE,
    }


def sentence_piece(*, prefix: bool) -> tuple[sentencepiece.SentencePieceProcessor, Metadata]:
    """A SentencePiece BPE in Llama's style (a blank put before a text) or in Gemma's (none)."""
    written = io.BytesIO()
    blanks = [] if prefix else ["▁▁", "▁▁▁▁"]
    defined = [name.replace(" ", "▁") for name in USER_DEFINED] + blanks
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line for text in corpus() for line in text.split("\n") if line]),
        model_writer=written,
        model_type="bpe",
        vocab_size=PIECES,
        byte_fallback=True,
        character_coverage=0.99,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        add_dummy_prefix=prefix,
        user_defined_symbols=defined,
        num_threads=1,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    tokens, scores, kinds = [], [], []
    for index in range(processor.vocab_size()):
        token = processor.id_to_piece(index)
        kind = gguf.TokenType.NORMAL
        if processor.is_unknown(index):
            kind = gguf.TokenType.UNKNOWN
        elif processor.is_control(index):
            kind = gguf.TokenType.CONTROL
        elif processor.is_byte(index):
            kind = gguf.TokenType.BYTE
        elif token in defined:
            # As llama.cpp's converter does.
            kind, token = gguf.TokenType.USER_DEFINED, token.replace("▁", " ")
        tokens.append(token)
        scores.append(-1000.0 if kind == gguf.TokenType.USER_DEFINED else processor.get_score(index))
        kinds.append(int(kind))
    for kind, names in [("CONTROL", CONTROL), ("UNUSED", UNUSED)]:
        tokens += names
        scores += [-1000.0] * len(names)
        kinds += [int(gguf.TokenType[kind])] * len(names)
    metadata: Metadata = {
        "general.architecture": "llama",
        "llama.context_length": 512,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": scores,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.bos_token_id": processor.bos_id(),
        "tokenizer.ggml.eos_token_id": processor.eos_id(),
        "tokenizer.ggml.unknown_token_id": processor.unk_id(),
        "tokenizer.chat_template": TEMPLATE,
    }
    if not prefix:
        metadata["tokenizer.ggml.add_space_prefix"] = False
    return processor, metadata


def write_gguf(path: Path, metadata: Metadata) -> None:
    """A GGUF file with metadata alone."""
    writer = gguf.GGUFWriter(path, str(metadata["general.architecture"]))
    kinds = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string, list: writer.add_array}
    for key, value in metadata.items():
        if key != "general.architecture":
            kinds[type(value)](key, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
