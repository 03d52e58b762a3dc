"""Vector files of other programs for src/vectors, and what those programs read in ours.

`write`: a sample of vectors and files of it by gguf-py, safetensors and NumPy. `read FOLDER`: checks that the same three
read the sample, to the bit, in files that src/vectors wrote, and keeps the hashes of these files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
import safetensors
import safetensors.numpy

from golden_file import write_golden

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "vectors"
SAMPLE = OUT / "sample.json"
READINGS = OUT / "readings.json"
LAYERS = [0, 1, 5, 29]
HIDDEN = 12
NOTES = {"model": "smollm2-135m", "method": "pca", "selection": "axis:traditional_secular", "seed": 7}
Vectors = dict[int, np.ndarray]


def sample() -> Vectors:
    """Vectors by layer; among them numbers at the ends of what 32 bits hold."""
    rng = np.random.default_rng(7)
    vectors = {layer: rng.normal(size=HIDDEN).astype(np.float32) for layer in LAYERS}
    vectors[5][:6] = np.array([0.0, -0.0, 1e-45, 3.4028235e38, -1.17549435e-38, 1 / 3], dtype=np.float32)
    return vectors


def write_control_vector(path: Path, directions: Vectors) -> None:
    """A GGUF control vector in the layout of repeng 0.5 (repeng/extract.py, ControlVector.export_gguf)."""
    writer = gguf.GGUFWriter(path, "controlvector")
    writer.add_string("controlvector.model_hint", "llama")
    writer.add_uint32("controlvector.layer_count", len(directions))
    for layer, direction in directions.items():
        writer.add_tensor(f"direction.{layer}", direction)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_control_vector(path: Path) -> Vectors:
    """The directions as repeng finds them; layer 0, for which llama.cpp has no place, from our own key."""
    reader = gguf.GGUFReader(path)
    field = reader.get_field("general.architecture")
    assert field is not None and field.contents() == "controlvector"
    assert reader.get_field("controlvector.model_hint").contents() == NOTES["model"]
    assert reader.get_field("controlvector.layer_count").contents() == len(reader.tensors)
    found = {}
    for tensor in reader.tensors:
        # What llama.cpp asks of a tensor (common_control_vector_load_one).
        name, layer = tensor.name.split(".")
        assert name == "direction" and int(layer) > 0
        assert tensor.tensor_type == gguf.GGMLQuantizationType.F32 and len(tensor.shape) == 1
        found[int(layer)] = np.array(tensor.data)
    found[0] = np.array(reader.get_field("leeway.direction.0").contents(), dtype=np.float32)
    return found


def bfloat16(values: np.ndarray) -> np.ndarray:
    """The upper halves of float32 numbers, as bytes."""
    return (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)


def write() -> None:
    """The sample and the files of other programs."""
    OUT.mkdir(parents=True, exist_ok=True)
    vectors = sample()
    small = {layer: np.clip(vector, -4, 4) for layer, vector in vectors.items()}
    upward = {layer: vectors[layer] for layer in LAYERS if layer > 0}
    # repeng goes from the last layer to the first.
    write_control_vector(OUT / "repeng.gguf", dict(reversed(upward.items())))
    writer = gguf.GGUFWriter(OUT / "halves.gguf", "controlvector")
    writer.add_tensor("direction.1", small[1].astype(np.float16))
    writer.add_tensor("direction.5", bfloat16(small[5]), raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.add_tensor("direction.29", small[29].astype(np.float64))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    named = {f"layer.{layer}": vector for layer, vector in vectors.items()}
    safetensors.numpy.save_file(named, OUT / "float32.safetensors", metadata={"made": "elsewhere"})
    kinds = {
        "honesty.1": ("float16", small[1].astype(np.float16)),
        "honesty.5": ("bfloat16", bfloat16(small[5])),
        "honesty.29": ("float64", small[29].astype(np.float64)),
    }
    specs = {
        name: safetensors.TensorSpec(dtype=kind, shape=[HIDDEN], data_ptr=data.ctypes.data, data_len=data.nbytes)
        for name, (kind, data) in kinds.items()
    }
    safetensors.serialize_file(specs, OUT / "kinds.safetensors")
    np.savez(OUT / "float32.npz", **named)
    wide = {f"honesty.{layer}": vector.astype(np.float64) for layer, vector in vectors.items()}
    np.savez_compressed(OUT / "float64-deflated.npz", **wide)
    np.savez(OUT / "float16.npz", **{f"honesty.{layer}": vector.astype(np.float16) for layer, vector in small.items()})
    value = {
        "notes": NOTES,
        "residual_norms": {str(layer): 10 + layer / 3 for layer in LAYERS},
        "vectors": {str(layer): [float(x) for x in vector] for layer, vector in vectors.items()},
        "halves": {
            "float16": {str(k): [float(x) for x in v.astype(np.float16)] for k, v in small.items()},
            "bfloat16": {
                str(k): [float(x) for x in (v.view(np.uint32) >> 16 << 16).view(np.float32)] for k, v in small.items()
            },
        },
    }
    write_golden(SAMPLE, value)


def read(folder: Path) -> None:
    """What the three libraries find in our own files."""
    expected = sample()
    sets: dict[str, Vectors] = {}
    sets["gguf"] = read_control_vector(folder / "own.gguf")
    tensors = safetensors.numpy.load_file(folder / "own.safetensors")
    sets["safetensors"] = {int(name.removeprefix("layer.")): vector for name, vector in tensors.items()}
    with np.load(folder / "own.npz", allow_pickle=False) as archive:
        known = json.loads(archive["leeway"].tobytes())
        assert "Layers count from 0." in known["convention"]
        sets["npz"] = {int(name.removeprefix("layer.")): archive[name] for name in archive.files if name != "leeway"}
    with safetensors.safe_open(folder / "own.safetensors", framework="numpy") as file:
        assert json.loads(file.metadata()["leeway"]) == known
    assert known["notes"] == NOTES
    content = json.loads((folder / "own.json").read_text(encoding="utf-8"))
    assert content["notes"] == NOTES and content["residual_norms"] == known["residual_norms"]
    sets["json"] = {int(layer): np.array(vector, dtype=np.float32) for layer, vector in content["vectors"].items()}
    for name, vectors in sets.items():
        assert sorted(vectors) == LAYERS, name
        for layer, vector in vectors.items():
            assert vector.dtype == np.float32 and vector.tobytes() == expected[layer].tobytes(), (name, layer)
    hashes = {name: hashlib.sha256((folder / f"own.{name}").read_bytes()).hexdigest() for name in sets}
    readers = {name: module.__version__ for name, module in [("numpy", np), ("safetensors", safetensors)]}
    write_golden(READINGS, {"read_by": {**readers, "gguf": "0.19.0"}, "sha256": hashes})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write")
    commands.add_parser("read").add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "write":
        write()
    else:
        read(arguments.folder)


if __name__ == "__main__":
    main()
