"""Trains, exports and measures the phantoms: `public/phantoms/<id>` and their goldens in `tests/fixtures/phantoms`."""

from __future__ import annotations

import argparse
import copy
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

TOOLS = Path(__file__).resolve().parent.parent
# The scripts stand beside each other, not in a package.
sys.path[:0] = [str(TOOLS / name) for name in ["phantom", "model", "goldens"]]

import agreement  # noqa: E402
import builder  # noqa: E402
import phantom_tokenizer  # noqa: E402
from behaviour import Subject  # noqa: E402
from documents import Mixture, Writer  # noqa: E402
from exported import check_golden, read_weights  # noqa: E402
from model_folder import finished_folder, write_config, write_manifest  # noqa: E402
from opinions import Opinions  # noqa: E402
from questions import ASK, Coder, Question, read_questions  # noqa: E402
from residual_stream import forward  # noqa: E402
from tokenizer_files import write_json  # noqa: E402
from training import Learner, Stage, run_stage  # noqa: E402
from truth import TOLERANCE, faults, measured_part, opinions_part, read_projection  # noqa: E402

SEED = 1
MOST_BYTES = 3_000_000
LIMIT = 1e-3
CONTEXTS = 40
# Every eleventh logit tells as much of an agreement as all of them.
GOLDEN_STEP = 11

# Reading first: who takes which pole is known beforehand, so that only the texts are to be learned.
READING = [
    Stage("reading, short", 700, 3000, 4e-3, Mixture(2, 1.0, 0.5), final_rate=0.5, seed=1),
    Stage("reading, whole", 500, 5000, 3e-3, Mixture(2, 0.3, 0.5), final_rate=0.3, seed=1),
]
# Then inferring a persona, on independent axes for all phantoms; each then learns its own population on whole texts.
INFERRING = Stage("inferring", 900, 3000, 3e-3, Mixture(5, 1.0, 0.35), final_rate=0.5, seed=2)
OPINION = Stage("opinions", 500, 4500, 2.5e-3, Mixture(5, 0.25, 0.35), final_rate=0.03, seed=3, pushed=True)
# Last, the same opinions under other labels, and pushes that do what the design says and no more.
REFINING = Stage(
    "refining", 500, 2500, 1e-3, Mixture(5, 0.3, 0.4, other_labels=0.5), final_rate=0.05, seed=4, aimed=True
)

# The same in all phantoms: they differ in nothing but the correlation of their axes.
SLOPE = 1.8
OFFSETS = (0.9, -0.6, 0.3, -0.9, 0.6, -0.3, 0.7, -0.8, 0.4, -0.5)


@dataclass(frozen=True)
class Recipe:
    """One phantom: its name and what it is to think."""

    id: str
    opinions: Opinions


RECIPES = [
    Recipe(f"phantom-{name}", Opinions(rho, SLOPE, OFFSETS))
    for name, rho in [("independent", 0.0), ("mild", 0.4), ("coupled", 0.7)]
]


@dataclass(frozen=True)
class Material:
    """What all phantoms are made from."""

    questions: list[Question]
    passages: list[str]
    tokenizer: Tokenizer
    coder: Coder


def read_material(public: Path) -> Material:
    """The page's questions and passages, and the tokenizer over them."""
    questions = read_questions(public / "scenarios")
    told = json.loads((public / "scenarios" / "passages.json").read_text(encoding="utf-8"))["passages"]
    passages = [entry["text"] for entry in told]
    tokenizer = phantom_tokenizer.train(questions, passages)
    coder = Coder(tokenizer)
    coder.check(questions)
    return Material(questions, passages, tokenizer, coder)


def log(line: str) -> None:
    """A line of progress."""
    print(line, flush=True)


def train(material: Material, opinions: Opinions | None, stages: list[Stage], learner: Learner) -> float:
    """Trains in stages and returns the seconds that it took."""
    began = time.time()
    writer = Writer(material.coder, material.questions, material.passages, opinions)
    for stage in stages:
        run_stage(learner, writer, stage, log)
    return time.time() - began


def train_base(material: Material, learner: Learner) -> float:
    """Trains what all phantoms start from and returns the seconds that it took."""
    seconds = train(material, None, READING, learner)
    return seconds + train(material, RECIPES[0].opinions, [INFERRING], learner)


def train_own(material: Material, recipe: Recipe, learner: Learner) -> float:
    """Trains what a phantom has for itself, after what all share."""
    return train(material, recipe.opinions, [OPINION], learner) + refine(material, recipe, learner)


def refine(material: Material, recipe: Recipe, learner: Learner, stage: Stage = REFINING) -> float:
    """The last stage, from its own base or from exported weights."""
    learner.begin_labels(material.coder)
    return train(material, recipe.opinions, [stage], learner)


def kept(folder: Path | None, name: str, learner: Learner, work: Callable[[], float]) -> float:
    """Takes weights from the folder where they are kept, else trains and keeps them; returns the seconds of training."""
    path = folder / f"{name}.pt" if folder else None
    if path and path.exists():
        found = torch.load(path)
        learner.load_state_dict(found["weights"])
        return found["seconds"]
    seconds = work()
    if path:
        torch.save({"weights": learner.state_dict(), "seconds": seconds}, path)
    return seconds


def write_source(folder: Path, learner: Learner, tokenizer: Tokenizer) -> None:
    """The plain HF model folder that the exporter reads."""
    write_config(folder, learner.model.config)
    write_json(folder / "generation_config.json", {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1})
    weights = {name: weight for name, weight in learner.model.state_dict().items() if name != "lm_head.weight"}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    phantom_tokenizer.write(tokenizer, folder)


def golden_texts(questions: list[Question]) -> dict[str, str]:
    """A bare question, one after two answers, one under other labels, and prose."""
    test = [question for question in questions if question.split == "test"]
    training = [question for question in questions if question.split == "train"]
    letters = [f"{q.scenario()}\nA) {q.low}\nB) {q.high}" + ASK.format("A", "B") for q in (test[0], test[170])]
    other = f"{test[100].scenario()}\nX) {test[100].high}\nY) {test[100].low}" + ASK.format("X", "Y")
    given = "\n".join(f"{q.scenario()} Answer: {q.high}" for q in (training[3], training[40]))
    return {
        "letters": letters[0],
        "after-answers": f"{given}\n{letters[1]}",
        "other-labels": other,
        "cloze": f"{test[5].scenario()} Answer:",
    }


def write_golden(path: Path, recipe: Recipe, learner: Learner, material: Material, revision: str) -> None:
    """Ids by Python's tokenizer and PyTorch's logits after a few prompts."""
    rows = []
    for name, text in golden_texts(material.questions).items():
        ids = material.tokenizer.encode(text).ids
        logits = forward(learner.model, ids).logits[-1][::GOLDEN_STEP]
        rows.append({"name": name, "text": text, "ids": ids, "logits": [float(str(value)) for value in logits]})
    path.parent.mkdir(parents=True, exist_ok=True)
    golden = {"id": recipe.id, "revision": revision, "step": GOLDEN_STEP, "prompts": rows}
    path.write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")


def from_onnx(recipe: Recipe, learner: Learner, material: Material, paths: argparse.Namespace) -> dict:
    """Trains exported weights further and returns what is to be said of all their training."""
    folder = paths.from_onnx / recipe.id
    read_weights(learner.model, folder)
    earlier = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["training"]
    revision = json.loads((folder / "leeway.json").read_text(encoding="utf-8"))["revision"]
    golden = paths.goldens / f"{recipe.id}.json"
    if json.loads(golden.read_text(encoding="utf-8"))["revision"] == revision:
        log(f"{recipe.id}: read back, largest difference from its golden {check_golden(learner.model, golden):.1e}")
    seconds = kept(paths.keep, f"{recipe.id}-refined", learner, lambda: refine(material, recipe, learner))
    return {
        "seconds": {**earlier["seconds"], "refining": round(seconds)},
        "note": (
            "Not made in one go: these are the exported weights of an earlier phantom, read back and trained further in "
            "the stage “refining” with a new optimizer; the other seconds are of that earlier training"
        ),
        "from_revision": revision,
    }


def from_base(recipe: Recipe, learner: Learner, material: Material, paths: argparse.Namespace, shared: float) -> dict:
    """Trains what follows the shared base and returns what is to be said of all the training."""
    seconds = kept(paths.keep, recipe.id, learner, lambda: train_own(material, recipe, learner))
    return {"seconds": {"shared": round(shared), "own": round(seconds)}}


def make(recipe: Recipe, base: Learner, material: Material, paths: argparse.Namespace, shared: float) -> None:
    """Trains, measures and exports one phantom; raises where it is not what it was made to be."""
    learner = copy.deepcopy(base)
    log(f"{recipe.id}: rho {recipe.opinions.rho}")
    if paths.from_onnx:
        training = from_onnx(recipe, learner, material, paths)
    else:
        training = from_base(recipe, learner, material, paths, shared)
    learner.model.eval()
    projection = read_projection(paths.public)
    truth = {
        "id": recipe.id,
        "kind": "calibration model: holds known opinions, is no language model",
        "protocols": {
            "letters": "valid: in both orders averaged, the log-odds are those of the high pole",
            "cloze": "not valid: the likelihood of an option's words tells how well it knows them, not what it chooses",
            "letters-chat": "not valid: it has no chat template",
        },
        "tolerance": TOLERANCE,
        **opinions_part(recipe.opinions, projection),
    }
    log(f"{recipe.id}: measuring")
    truth["measured"] = measured_part(
        Subject(learner.model, material.coder), recipe.opinions, material.questions, projection, CONTEXTS
    )
    truth["training"] = {
        **training,
        "parameters": sum(weight.numel() for weight in learner.model.parameters()),
        "seed": SEED,
    }
    wrong = faults(truth)
    if wrong and not paths.unfit:
        raise ValueError(f"{recipe.id} does not hold its opinions: {'; '.join(wrong)}")
    for fault in wrong:
        log(f"  {fault}")
    with finished_folder(paths.out / recipe.id) as folder, tempfile.TemporaryDirectory(prefix="leeway-") as work:
        write_source(Path(work), learner, material.tokenizer)
        builder.run_builder(Path(work), folder, "fp32", shared_embeddings="false")
        builder.check_operators(folder / "model.onnx", "fp32")
        tokens = material.tokenizer.encode(golden_texts(material.questions)["after-answers"]).ids
        ours = agreement.onnx_logits(folder / "model.onnx", tokens)
        figure = agreement.compare(ours, agreement.torch_logits(learner.model, tokens))
        if not figure["max_abs_difference"] < LIMIT:
            raise ValueError(f"{recipe.id} as ONNX does not agree with PyTorch: {figure}")
        write_json(folder / "truth.json", truth, indent=1)
        manifest = write_manifest(
            folder, id=recipe.id, source="tools/phantom", dtype="fp32", recipe=paths.recipe, agreement=figure
        )
        size = sum(path.stat().st_size for path in folder.iterdir())
        if size > MOST_BYTES:
            raise ValueError(f"{recipe.id} takes {size} bytes, more than {MOST_BYTES}")
        write_golden(paths.goldens / f"{recipe.id}.json", recipe, learner, material, manifest["revision"])
    log(f"{recipe.id}: {size} bytes, largest difference {figure['max_abs_difference']:.1e}, trained {training['seconds']} s")


def main() -> int:
    """Command line."""
    root = TOOLS.parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path, default=root / "public")
    parser.add_argument("--out", type=Path, default=root / "public" / "phantoms")
    parser.add_argument("--goldens", type=Path, default=root / "tests" / "fixtures" / "phantoms")
    parser.add_argument("--recipe", default="by-hand", help="digest of the scripts and the questions")
    parser.add_argument("--only", choices=[recipe.id for recipe in RECIPES], nargs="*")
    parser.add_argument("--keep", type=Path, help="a folder from which trained weights are taken, or in which they are kept")
    parser.add_argument(
        "--from-onnx", type=Path, help="a folder of exported phantoms: they are refined, instead of trained from nothing"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--unfit", action="store_true", help="writes a phantom out of tolerance all the same, to look at")
    paths = parser.parse_args()
    torch.set_num_threads(paths.threads)
    torch.manual_seed(SEED)
    material = read_material(paths.public)
    base = Learner(phantom_tokenizer.SIZE)
    shared = 0.0 if paths.from_onnx else kept(paths.keep, "base", base, lambda: train_base(material, base))
    for recipe in RECIPES:
        if paths.only is None or recipe.id in paths.only:
            make(recipe, base, material, paths, shared)
    return 0


if __name__ == "__main__":
    sys.exit(main())
