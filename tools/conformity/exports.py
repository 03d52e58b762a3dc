"""Exports the tiny models of all families with both toolchains into the test fixtures."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

TOOLS = Path(__file__).resolve().parent.parent
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["model", "fixtures"]]

import agreement  # noqa: E402
import builder  # noqa: E402
import families  # noqa: E402
from make_tiny import export_with_optimum  # noqa: E402
from model_folder import finished_folder, write_manifest  # noqa: E402
from packed_weights import load_packed  # noqa: E402

LIMIT = 1e-4
MOST_BYTES = 500_000
# Longer than the window of local layers, and than 32.
TOKENS = np.random.RandomState(3).randint(0, families.COMMON["vocab_size"], 45).tolist()


def export(toolchain: str, source: Path, target: Path, optimum_python: Path) -> None:
    """Runs one toolchain as others run it, with its own defaults."""
    if toolchain == "optimum":
        export_with_optimum(optimum_python, source, target)
    else:
        builder.run_builder(source, target, "int4" if toolchain == "builder-int4" else "fp32")


def logits_as_run(folder: Path) -> np.ndarray:
    """The export's logits with the attributes that the page's surgery sets to 0."""
    graph = onnx.load(folder / "model.onnx", load_external_data=False)
    for node in graph.graph.node:
        for attribute in node.attribute:
            # Activations stay as they are, and caches keep every position: the window is masked all the same.
            if attribute.name in {"accuracy_level", "sliding_window_cache"}:
                attribute.i = 0
    copy = folder / "as_run.onnx"
    onnx.save(graph, copy)
    try:
        return agreement.onnx_logits(copy, TOKENS)
    finally:
        copy.unlink()


def finish(folder: Path, model: torch.nn.Module, name: str, dtype: str) -> None:
    """Checks an export against PyTorch and its size, then writes leeway.json."""
    if dtype == "int4":
        load_packed(folder / "model.onnx", model)
        if "GatherBlockQuantized" not in builder.count_operators(folder / "model.onnx"):
            raise ValueError(f"{name} should look its tokens up in a table of 4-bit weights")
    reference = agreement.torch_logits(model, TOKENS)
    figure = agreement.compare(logits_as_run(folder), reference)
    if not figure["max_abs_difference"] < LIMIT:
        raise ValueError(f"{name} does not agree with PyTorch: {figure}")
    write_manifest(folder, id=name, source="seeded random weights", dtype=dtype, agreement=figure)
    size = sum(path.stat().st_size for path in folder.iterdir())
    if size > MOST_BYTES:
        raise ValueError(f"{name} takes {size} bytes, more than {MOST_BYTES}")
    print(f"{name}: {size} bytes, largest difference {figure['max_abs_difference']:.1e}", flush=True)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--optimum-python", type=Path, required=True, help="Python of requirements-optimum.txt")
    parser.add_argument("--scenarios", type=Path, default=TOOLS.parent / "public" / "scenarios")
    parser.add_argument("--out", type=Path, default=TOOLS.parent / "tests" / "fixtures" / "conformity")
    arguments = parser.parse_args()
    for family_name, family in families.FAMILIES.items():
        architecture, _, dtype = family_name.partition("-")
        with tempfile.TemporaryDirectory(prefix="leeway-") as work:
            model = families.make_model(family)
            families.write_hf_folder(family, model, Path(work), arguments.scenarios)
            for toolchain in ["builder-int4"] if dtype else ["builder", "optimum"]:
                name = f"{architecture}-{toolchain}"
                with finished_folder(arguments.out / name) as folder:
                    export(toolchain, Path(work), folder, arguments.optimum_python)
                    finish(folder, model, name, dtype or "fp32")
    return 0


if __name__ == "__main__":
    sys.exit(main())
