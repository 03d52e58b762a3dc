"""The ONNX Runtime GenAI model builder, run as the program that others run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import onnx

# The builder writes its own reading of these; ours stand.
KEPT_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]
# Operators for which onnxruntime-web's WASM build has no kernel.
UNSUPPORTED = {"GatherBlockQuantized"}


def run_builder(source: Path, target: Path, precision: str, **options: object) -> None:
    """Exports the HF folder `source` to ONNX files in `target` for the CPU provider."""
    with tempfile.TemporaryDirectory(prefix="leeway-") as work:
        out, cache = Path(work) / "out", Path(work) / "cache"
        command = [sys.executable, "-m", "onnxruntime_genai.models.builder"]
        command += ["-i", str(source), "-o", str(out), "-c", str(cache), "-p", precision, "-e", "cpu"]
        if options:
            command += ["--extra_options", *(f"{name}={value}" for name, value in options.items())]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"The model builder failed:\n{result.stdout[-4000:]}")
        for name in ["model.onnx", "model.onnx.data", "genai_config.json"]:
            if (out / name).exists():
                shutil.move(out / name, target / name)
    for name in KEPT_FILES:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


def count_operators(path: Path) -> Counter[str]:
    """How often each operator stands in the graph."""
    graph = onnx.load(path, load_external_data=False).graph
    return Counter(node.op_type for node in graph.node)


def check_operators(path: Path, precision: str) -> Counter[str]:
    """Raises when the graph holds what a browser cannot load, or weights of another width than asked for."""
    counts = count_operators(path)
    found = UNSUPPORTED & set(counts)
    if found:
        raise ValueError(f"The exported graph holds {', '.join(sorted(found))}, which the WASM build cannot run")
    bits = {
        attribute.i
        for node in onnx.load(path, load_external_data=False).graph.node
        if node.op_type == "MatMulNBits"
        for attribute in node.attribute
        if attribute.name == "bits"
    }
    if bits != ({8} if precision == "int8" else set()):
        raise ValueError(f"Expected {precision} weights, found MatMulNBits of {sorted(bits)} bits")
    return counts
