"""ggml's own quantizers and dequantizers, called in the library that llama-cpp-python brings."""

from __future__ import annotations

import ctypes
from pathlib import Path

import llama_cpp
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType


Converter = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


class TypeTraits(ctypes.Structure):
    """ggml.h, struct ggml_type_traits."""

    _fields_ = [
        ("type_name", ctypes.c_char_p),
        ("blck_size", ctypes.c_int64),
        ("blck_size_interleave", ctypes.c_int64),
        ("type_size", ctypes.c_size_t),
        ("is_quantized", ctypes.c_bool),
        ("to_float", Converter),
        ("from_float_ref", Converter),
    ]


def load() -> ctypes.CDLL:
    """The library, with the signatures of what is called here."""
    folder = Path(llama_cpp.__file__).parent / "lib"
    names = ["libggml-base.so", "libggml-base.dylib", "ggml-base.dll"]
    path = next((folder / name for name in names if (folder / name).exists()), None)
    if path is None:
        raise FileNotFoundError(f"No ggml-base library in {folder}")
    library = ctypes.CDLL(str(path))
    library.ggml_get_type_traits.restype = ctypes.POINTER(TypeTraits)
    library.ggml_get_type_traits.argtypes = [ctypes.c_int]
    return library


LIBRARY = load()


def converters(kind: GGMLQuantizationType) -> tuple[Converter, Converter]:
    """ggml's readers and quantizers of rows, to and from float32; its sizes must be gguf-py's."""
    found = LIBRARY.ggml_get_type_traits(int(kind)).contents
    if (found.blck_size, found.type_size) != GGML_QUANT_SIZES[kind]:
        raise ValueError(f"ggml and gguf-py differ on the size of {kind.name}")
    if kind == GGMLQuantizationType.Q8_K:
        # llama.cpp keeps it for activations: its row functions are there, but not in the table.
        return Converter(("dequantize_row_q8_K", LIBRARY)), Converter(("quantize_row_q8_K_ref", LIBRARY))
    return found.to_float, found.from_float_ref


def quantize(values: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """The bytes of float32 rows, [rows, columns] to [rows, bytes of a row], by ggml's reference quantizer."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    if kind == GGMLQuantizationType.F32:
        return values.view(np.uint8)
    rows, columns = values.shape
    elements, size = GGML_QUANT_SIZES[kind]
    out = np.zeros((rows, columns // elements * size), dtype=np.uint8)
    _, from_float = converters(kind)
    from_float(values.ctypes.data, out.ctypes.data, values.size)
    return out


def dequantize(data: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """The float32 rows that ggml reads from bytes, [rows, bytes of a row] to [rows, columns]."""
    data = np.ascontiguousarray(data)
    if kind == GGMLQuantizationType.F32:
        return data.view(np.float32)
    rows, length = data.shape
    elements, size = GGML_QUANT_SIZES[kind]
    out = np.zeros((rows, length // size * elements), dtype=np.float32)
    to_float, _ = converters(kind)
    to_float(data.ctypes.data, out.ctypes.data, out.size)
    return out
