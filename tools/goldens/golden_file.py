"""Goldens as a JSON file beside a file of raw little-endian float32 values."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np


class FloatFile:
    """Collects arrays; each is named in the JSON by where it lies, counted in floats."""

    def __init__(self) -> None:
        """Starts empty."""
        self.parts: list[np.ndarray] = []
        self.length = 0

    def add(self, values: np.ndarray) -> dict[str, int]:
        """Appends an array and returns its place."""
        flat = np.ascontiguousarray(values, dtype="<f4").ravel()
        place = {"offset": self.length, "length": flat.size}
        self.parts.append(flat)
        self.length += flat.size
        return place

    def write(self, path: Path) -> dict[str, object]:
        """Writes all of them and returns what the JSON says about the file."""
        content = np.concatenate(self.parts).tobytes()
        path.write_bytes(content)
        return {"path": path.name, "type": "float32-le", "unit": "floats", "sha256": hashlib.sha256(content).hexdigest()}


def write_golden(path: Path, value: object) -> None:
    """Writes the JSON part and says how large it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes", flush=True)
