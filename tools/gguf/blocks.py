"""Goldens of every weight type: bytes that ggml quantized and the float32 values that gguf-py reads from them."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

TOOLS = Path(__file__).resolve().parent.parent
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / "gguf"), str(TOOLS / "goldens")]

import ggml  # noqa: E402
from golden_file import write_golden  # noqa: E402

SEED = 20261124
COLUMNS = 512
RANDOM_ROWS = 2
MOST_BYTES = 400_000
# No file holds larger weights, and a random exponent soon does.
LARGEST = 1e30
TYPES = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ4_NL IQ4_XS MXFP4".split()


def make_rows(random: np.random.RandomState) -> np.ndarray:
    """Weights as models have them, and the blocks on which quantizers and readers slip, [6, 512]."""
    normal = random.standard_normal((6, COLUMNS))
    normal[0] *= 0.02
    normal[1, ::37] *= 50
    normal[2, :256] = 0
    normal[2, 256:384] = 0.5
    normal[2, 384:] = -3
    normal[3] = -np.abs(normal[3]) - 0.5
    normal[4] = 3 + normal[4] * 0.01
    normal[5] *= 10.0 ** random.randint(-6, 2, COLUMNS // 16).repeat(16)
    return normal.astype(np.float32)


def gguf_values(data: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """What gguf-py reads; Q8_K, which stands in no file, it does not read: there ggml speaks."""
    if kind == GGMLQuantizationType.Q8_K:
        return ggml.dequantize(data, kind)
    return gguf.quants.dequantize(data, kind)


def random_blocks(random: np.random.RandomState, kind: GGMLQuantizationType) -> np.ndarray:
    """Rows of random bytes, so that every bit of scales, minima and levels is asked for; all values finite."""
    elements, size = GGML_QUANT_SIZES[kind]
    blocks: list[np.ndarray] = []
    while len(blocks) < RANDOM_ROWS * COLUMNS // elements:
        block = random.randint(0, 256, (1, size)).astype(np.uint8)
        with np.errstate(all="ignore"):
            values = gguf_values(block, kind)
        if np.isfinite(values).all() and np.abs(values).max() < LARGEST:
            blocks.append(block)
    return np.concatenate(blocks).reshape(RANDOM_ROWS, -1)


def check(kind: GGMLQuantizationType, data: np.ndarray, values: np.ndarray) -> str:
    """Compares gguf-py with ggml; where a compiler fuses d·q + m, a last bit may differ."""
    own = ggml.dequantize(data, kind)
    if np.array_equal(own.view(np.uint32), values.view(np.uint32)):
        return "as ggml"
    # Relative to what is added up: the sum itself may be nearly nothing.
    blocks = np.abs(values).reshape(-1, 16).max(axis=1)
    difference = np.abs(own.astype(np.float64) - values).reshape(-1, 16).max(axis=1)
    if (difference > 2.0**-20 * blocks).any():
        raise ValueError(f"gguf-py and ggml differ on {kind.name}")
    return f"ggml differs in the last bits of {np.count_nonzero(own != values)} of {own.size}"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TOOLS.parent / "tests" / "fixtures" / "gguf")
    arguments = parser.parse_args()
    random = np.random.RandomState(SEED)
    rows = make_rows(random)
    content = bytearray()
    entries = []
    for name in TYPES:
        kind = GGMLQuantizationType[name]
        data = np.concatenate([ggml.quantize(rows, kind), random_blocks(random, kind)])
        values = np.ascontiguousarray(gguf_values(data, kind), dtype="<f4")
        print(f"{name}: {check(kind, data, values)}", flush=True)
        places = {}
        for part, array in {"data": data, "values": values}.items():
            places[part] = {"offset": len(content), "length": array.nbytes}
            content += array.tobytes()
            content += bytes(-len(content) % 4)
        entries.append({"name": name, "id": int(kind), **places})
    if len(content) > MOST_BYTES:
        raise ValueError(f"blocks.bin takes {len(content)} bytes, more than {MOST_BYTES}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "blocks.bin").write_bytes(content)
    file = {"path": "blocks.bin", "unit": "bytes", "sha256": hashlib.sha256(content).hexdigest()}
    about = {"file": file, "seed": SEED, "rows": len(rows) + RANDOM_ROWS, "columns": COLUMNS, "types": entries}
    write_golden(arguments.out / "blocks.json", about)
    print(f"blocks.bin: {len(content)} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
