"""llama.cpp at work: quantizes a GGUF file, or gives the logits after a row of tokens."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import llama_cpp


def quantize(source: Path, target: Path, kind: str) -> None:
    """Writes `source` with the mixture of types that llama.cpp chooses under the name `kind`."""
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    parameters.nthread = 1
    if llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), parameters) != 0:
        raise RuntimeError(f"llama.cpp could not quantize to {kind}")


def logits(path: Path, rows: list[list[int]]) -> list[list[float]]:
    """Logits after the last token of each row, with nothing rounded that need not be."""
    length = max(len(row) for row in rows)
    model = llama_cpp.Llama(
        str(path),
        n_ctx=length,
        logits_all=True,
        type_k=llama_cpp.GGML_TYPE_F32,
        type_v=llama_cpp.GGML_TYPE_F32,
        n_threads=1,
        verbose=False,
    )
    result = []
    for row in rows:
        model.reset()
        model.eval(row)
        result.append(model.scores[len(row) - 1].tolist())
    return result


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    first = commands.add_parser("quantize")
    first.add_argument("source", type=Path)
    first.add_argument("target", type=Path)
    first.add_argument("kind", help="a name after LLAMA_FTYPE_MOSTLY_")
    second = commands.add_parser("logits")
    second.add_argument("path", type=Path)
    second.add_argument("rows", help="a JSON list of lists of token ids")
    arguments = parser.parse_args()
    if arguments.command == "quantize":
        quantize(arguments.source, arguments.target, arguments.kind)
    else:
        print(json.dumps(logits(arguments.path, json.loads(arguments.rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
