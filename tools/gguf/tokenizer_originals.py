"""Pre-tokenizers as the models' own tokenizer.json has them, for Hugging Face's tokenizers."""

from __future__ import annotations

from tokenizers import Regex, normalizers, pre_tokenizers

CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BREAKS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
BIG = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    rf"| ?[\p{{P}}\p{{S}}]+[\r\n]*|{BREAKS}"
)
UPPER = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
# DeepSeek's own list of letters with case.
CASED_LETTERS = (
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-\u1f15\u1f18-\u1f1d"
    "\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe"
    "\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc"
    "ℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ"
    "𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
)
HAN = "[一-龥ࠀ-一가-퟿]+"
KANA = "[一-龥\u3040-ゟ゠-ヿ]+"


def isolated(*patterns: str) -> list:
    """One Split after the other."""
    return [pre_tokenizers.Split(Regex(pattern), behavior="isolated") for pattern in patterns]


def gpt4(digits: str) -> str:
    """GPT-4's pattern with its own idea of a number."""
    return rf"{CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{BREAKS}"


def cased(ending: str, digits: str) -> str:
    """GPT-4o's pattern."""
    return rf"{UPPER}*{LOWER}+{ending}|{UPPER}+{LOWER}*{ending}|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{BREAKS}"


GPT2 = [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
DIGITS = [pre_tokenizers.Digits(individual_digits=True)]
BYTES = [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
GPT4O = cased(f"{CONTRACTION}?", r"\p{N}{1,3}")
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"

ORIGINALS = {
    "gpt-2": GPT2,
    "mpt": GPT2,
    "smollm": DIGITS + GPT2,
    "command-r": DIGITS + GPT2,
    "llama-bpe": isolated(gpt4(r"\p{N}{1,3}")) + BYTES,
    "dbrx": isolated(gpt4(r"\p{N}{1,3}")) + BYTES,
    "glm4": isolated(gpt4(r"\p{N}{1,3}")) + BYTES,
    "minicpm5": isolated(r"\p{N}{1,3}", gpt4(r"\p{N}+")) + BYTES,
    "qwen2": isolated(gpt4(r"\p{N}")) + BYTES,
    "stablelm2": isolated(gpt4(r"\p{N}")) + BYTES,
    "qwen35": isolated(
        rf"{CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{BREAKS}"
    )
    + BYTES,
    "seed-coder": isolated(
        rf"{CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{BREAKS}"
    )
    + BYTES,
    "jais-2": isolated(
        rf"{CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+"
        + "".join(rf"|\s{{{count}}}(?!\S)" for count in (512, 256, 128, 64, 32, 16, 8, 4))
        + r"|\s{1,2}(?!\S)|\s{1}"
    )
    + BYTES,
    "gpt-4o": isolated(GPT4O) + BYTES,
    "tekken": isolated(cased("", r"\p{N}")) + BYTES,
    "youtu": isolated(
        f"[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-\u303f︰-﹏]+|[ㄅ-ㄯ]+|{KANA}", cased(f"{CONTRACTION}?", r"\p{N}")
    )
    + BYTES,
    "tiny_aya": isolated(r"\d{1,3}(?=(?:\d{3})*\b)", GPT4O) + BYTES,
    "deepseek-llm": isolated(
        "[\r\n]", rf"\s?[{CASED_LETTERS}]+", r"\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", r"\s+$", HAN, r"\p{N}+"
    )
    + BYTES,
    "deepseek-coder": isolated("[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", HAN) + DIGITS + BYTES,
    "deepseek-v3": isolated(r"\p{N}{1,3}", KANA, BIG) + BYTES,
    "falcon": [pre_tokenizers.Punctuation(behavior="contiguous"), *GPT2, *isolated("[0-9][0-9][0-9]")],
    "bloom": isolated(BLOOM) + BYTES,
}

# Composed first by transformers' own classes for these tokenizers (GPTNeoX, Qwen2, Qwen3.5, Cohere).
COMPOSED = {"mpt", "qwen2", "qwen35", "command-r"}


def original(pre: str) -> tuple[normalizers.Normalizer | None, pre_tokenizers.PreTokenizer] | None:
    """Normalizer and pre-tokenizer of one name; None where the model's file is not known here."""
    steps = ORIGINALS.get(pre)
    if steps is None:
        return None
    return normalizers.NFC() if pre in COMPOSED else None, pre_tokenizers.Sequence(steps)
