"""A model folder as the app reads it: built beside its place, listed in leeway.json, moved in at the end."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from transformers import PretrainedConfig

from tokenizer_files import write_json


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> list[dict]:
    """Every file but leeway.json with size and hash, in a fixed order."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "leeway.json")
    return [
        {"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in paths
    ]


def revision_of(files: list[dict]) -> str:
    """Twelve hex digits that change when any file's name or bytes change."""
    listing = "".join(f"{file['path']} {file['sha256']}\n" for file in files)
    return hashlib.sha256(listing.encode()).hexdigest()[:12]


def write_manifest(folder: Path, **about: object) -> dict:
    """Writes leeway.json: what is said about the model, its revision and its files."""
    files = list_files(folder)
    manifest = {**about, "revision": revision_of(files), "files": files}
    write_json(folder / "leeway.json", manifest)
    return manifest


def write_config(folder: Path, config: PretrainedConfig) -> None:
    """Writes config.json so that readers from before and after transformers 5 find the rotary base."""
    values = json.loads(config.to_json_string(use_diff=True))
    values.pop("transformers_version", None)
    rope = values["rope_parameters"]
    if rope["rope_type"] != "default":
        raise ValueError("Only plain rotary embeddings are written")
    write_json(folder / "config.json", dict(sorted({**values, "rope_theta": rope["rope_theta"]}.items())))


@contextlib.contextmanager
def finished_folder(target: Path) -> Iterator[Path]:
    """Gives a folder beside the target; only a run without error puts it in the target's place."""
    partial = target.with_name(f"{target.name}.partial-{os.getpid()}")
    previous = target.with_name(f"{target.name}.previous-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        if target.exists():
            target.rename(previous)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(previous, ignore_errors=True)
