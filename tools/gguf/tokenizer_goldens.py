"""tests/fixtures/gguf/tokenizers.json: ids by llama.cpp, checked against Hugging Face's tokenizers and SentencePiece."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import unicodedata
from pathlib import Path

import llama_cpp
from tokenizers import AddedToken, Tokenizer, models

from tokenizer_originals import COMPOSED, original
from tokenizer_texts import CONTROL, STRINGS, USER_DEFINED
from tokenizer_vocabularies import Metadata, byte_level, sentence_piece, write_gguf

OUT = Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "gguf" / "tokenizers.json"
PRE = "tokenizer.ggml.pre"
BOTH_ENDS = {"tokenizer.ggml.add_bos_token": True, "tokenizer.ggml.add_eos_token": True}
NO_BOS = {"tokenizer.ggml.add_bos_token": False}

# Names that llama.cpp reads alike (llama-vocab.cpp), by the first of them.
NAMES = {
    "gpt-2": ["phi-2", "gigachat", "a.x-4.0", "mellum", "exaone4", "jais", "trillion", "granite-docling"],
    "mpt": ["olmo"],
    "smollm": ["starcoder", "refact", "codeshell", "exaone", "minerva-7b", "mellum2"],
    "command-r": [],
    "llama-bpe": ["llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
    "dbrx": ["smaug-bpe", "chatglm-bpe"],
    "glm4": ["glm5"],
    "minicpm5": [],
    "qwen2": [],
    "stablelm2": [
        *["deepseek-r1-qwen", "hunyuan", "megrez", "solar-open", "grok-2", "kormo", "f2llmv2"],
        # These stop at one line break, which the \s* before it reaches anyway.
        *["bailingmoe", "bailingmoe2", "llada-moe"],
    ],
    "qwen35": [],
    "ufakzeka": [],
    "seed-coder": [],
    "jais-2": [],
    "gpt-4o": ["llama4", "kanana2", "talkie", "minimax-m2"],
    "tekken": [],
    "youtu": [],
    "tiny_aya": ["cohere2moe"],
    "deepseek-llm": [],
    "deepseek-coder": [],
    "deepseek-v3": ["hunyuan-dense", "joyai-llm", "hy_v4"],
    "spark2_5": [],
    "falcon": [],
    "bloom": ["poro-chat", "gpt3-finnish"],
    "viking": [],
}
WHOLE_TOKENS = {"llama-bpe", "glm4", "minicpm5", "tekken", "youtu"}
# For these llama.cpp only comes near the model's own pattern, which then is the reference: it does not know capitals
# beyond ASCII, takes rare blanks out of classes that hold them, and counts digits in threes with what stands before.
APPROXIMATE = {"gpt-4o", "tekken", "youtu", "tiny_aya", "deepseek-llm", "deepseek-coder"}

Ids = list[list[int]]


def by_llama(metadata: Metadata, texts: list[str], *, special: bool) -> Ids:
    """llama.cpp's ids, with what it puts around a text or without."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocabulary.gguf"
        write_gguf(path, metadata)
        model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
        return [model.tokenize(text.encode(), add_bos=special, special=True) for text in texts]


def by_tokenizers(metadata: Metadata, pre: str) -> Ids | None:
    """The ids of Hugging Face's tokenizers with the pre-tokenizer of the model's own file."""
    steps = original(pre)
    if steps is None:
        return None
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    apart = {*CONTROL, *USER_DEFINED}
    tokenizer = Tokenizer(
        models.BPE(
            {token: index for index, token in enumerate(tokens) if types[index] != 5},
            [tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"]],
            ignore_merges=pre in WHOLE_TOKENS,
        )
    )
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in tokens if token in apart])
    normalizer, tokenizer.pre_tokenizer = steps
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    return [tokenizer.encode(text).ids for text in STRINGS]


def byte_level_case(base: Metadata, pre: str) -> dict:
    """What one pre-tokenizer makes of the strings."""
    metadata = {**base, PRE: pre}
    texts = [unicodedata.normalize("NFC", text) for text in STRINGS] if pre in COMPOSED else STRINGS
    ids = by_llama(metadata, texts, special=False)
    around = by_llama(metadata, texts, special=True)
    for alias in NAMES[pre]:
        other = {**base, PRE: alias}
        if (by_llama(other, texts, special=False), by_llama(other, texts, special=True)) != (ids, around):
            raise ValueError(f"llama.cpp reads {alias} otherwise than {pre}")
    case = {"vocabulary": "byte-level", "names": [pre, *NAMES[pre]], "begins": around[1] != ids[1]}
    checked = by_tokenizers(base, pre)
    if checked is None or checked == ids:
        return {**case, "ids": ids}
    differing = [index for index, (one, two) in enumerate(zip(ids, checked)) if one != two]
    print(f"{pre}: llama.cpp and the model's own tokenizer differ on {[STRINGS[index] for index in differing]}")
    if pre not in APPROXIMATE:
        raise ValueError(f"llama.cpp and the model's own tokenizer differ on {pre}")
    return {**case, "ids": checked}


def sentence_piece_case(name: str, metadata: Metadata, change: Metadata) -> dict:
    """What a SentencePiece vocabulary makes of the strings, by llama.cpp."""
    changed = {**metadata, **change}
    ids, around = (by_llama(changed, STRINGS, special=special) for special in (False, True))
    return {"vocabulary": name, "set": change, "begins": around[1][: len(ids[1])] != ids[1], "ids": ids}


def check_sentence_piece(processor: object, metadata: Metadata, ids: Ids) -> None:
    """SentencePiece itself knows no special tokens inside a text, and puts a blank before the text alone."""
    prefixed = "tokenizer.ggml.add_space_prefix" not in metadata
    apart = [*CONTROL, "<s>", "▁▁", *(USER_DEFINED if prefixed else [])]
    count = 0
    for text, found in zip(STRINGS, ids):
        if not any(token in text for token in apart):
            count += 1
            if processor.encode(text) != found:
                raise ValueError(f"SentencePiece and llama.cpp differ on {text!r}")
    print(f"{count} strings agree with SentencePiece")


def check_apart(cases: list[dict]) -> None:
    """Every two ways of cutting must be told apart by some string."""
    for index, case in enumerate(cases):
        for other in cases[:index]:
            if (case["ids"], case["begins"]) == (other["ids"], other["begins"]):
                raise ValueError(f"{case['names'][0]} and {other['names'][0]} are not told apart")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    base = byte_level()
    cases = [byte_level_case(base, pre) for pre in NAMES]
    check_apart(cases)
    vocabularies: dict[str, Metadata] = {"byte-level": base}
    for name, prefix in [("llama", True), ("gemma", False)]:
        processor, metadata = sentence_piece(prefix=prefix)
        vocabularies[name] = metadata
        case = sentence_piece_case(name, metadata, {})
        check_sentence_piece(processor, metadata, case["ids"])
        cases.append(case)
    cases.append(sentence_piece_case("llama", vocabularies["llama"], {"general.name": "Phi-3 mini"}))
    around = []
    for name, pre in [("byte-level", "smollm"), ("byte-level", "llama-bpe"), ("llama", "default"), ("gemma", "default")]:
        for change in [{PRE: pre}, {PRE: pre, **NO_BOS}, {PRE: pre, **BOTH_ENDS}]:
            ids = by_llama({**vocabularies[name], **change}, STRINGS[:8], special=True)
            around.append({"vocabulary": name, "set": change, "ids": ids})
    value = {"strings": STRINGS, "vocabularies": vocabularies, "cases": cases, "around": around}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # One case a line, so that a change shows where it is.
    text = text.replace('{"vocabulary"', '\n{"vocabulary"').replace('"cases"', '\n"cases"')
    arguments.out.write_text(text + "\n", encoding="utf-8")
    print(f"{arguments.out.name}: {arguments.out.stat().st_size} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
