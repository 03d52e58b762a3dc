"""Trains a phantom: soft targets from Bayes' rule at the answers, and readers of what it should know on the way there."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from aiming import Aim, exact_vectors
from documents import Batch, Mixture, Writer, collate
from opinions import ITEMS
from questions import LABELS, Coder

LAYERS, HIDDEN = 5, 64
# Which option stands for which pole is known after this many layers, whose persona speaks after these.
POLE_AFTER = 2
PERSONA_AFTER = (3, 4)
WORDS_A_STEP = 96
# After these layers a push is to do what it says; the first only reads words, after the last one only letters are left.
PUSHED = (1, 2, 3)
MOST_STRENGTH = 0.6
# Dilemmas of each axis behind a step's vectors, and how slowly these are followed.
PAIRS = 12
FOLLOW = 0.9
# In a stage that aims: after how many steps the vectors are taken anew over the whole training half, and at every which
# step their cosines are looked at.
ANEW, COSINES = 25, 3
# What a label of another set keeps of its own row where it begins as the first set's, and how large its mark is.
KEPT, MARK = 0.2, 0.1


def make_config(vocabulary: int) -> LlamaConfig:
    """A Llama small enough for the repository."""
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        vocab_size=vocabulary,
        hidden_size=HIDDEN,
        intermediate_size=160,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=16,
        max_position_embeddings=2048,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        dtype="float32",
    )


class Learner(nn.Module):
    """The model with its readers, which stay behind when it is exported."""

    def __init__(self, vocabulary: int):
        super().__init__()
        self.model = LlamaForCausalLM._from_config(make_config(vocabulary), dtype=torch.float32, attn_implementation="sdpa")
        self.pole = nn.Linear(HIDDEN, 2)
        self.item = nn.Linear(HIDDEN, len(ITEMS) + 1)
        self.persona = nn.Linear(HIDDEN, 2)

    def begin_labels(self, coder: Coder) -> None:
        """Lets the labels that were never used begin as A and B with a mark, so that they are soon told apart."""
        rows = self.model.model.embed_tokens.weight.data
        for labels in LABELS[1:]:
            for label, first in zip(labels, LABELS[0], strict=True):
                for space in ("", " "):
                    mine, its = coder.one(space + label), coder.one(space + first)
                    rows[mine] = rows[its] + KEPT * rows[mine] + MARK * torch.randn(HIDDEN)


@dataclass(frozen=True)
class Stage:
    """A part of training."""

    name: str
    steps: int
    tokens: int
    rate: float
    mixture: Mixture
    # Share of the rate that is left at its end.
    final_rate: float
    seed: int
    # Whether the mean differences of the axes are shaped, and what they do when they are added.
    pushed: bool = False
    # Whether bare questions under all labels are held to the design, in place of documents under a push.
    aimed: bool = False


@contextlib.contextmanager
def pushed(learner: Learner, push: tuple[int, torch.Tensor] | None) -> Iterator[None]:
    """Adds a vector to the residual stream after a layer, at every position."""
    if push is None:
        yield
        return
    layer, vector = push
    handle = learner.model.model.layers[layer].register_forward_hook(lambda _module, _inputs, output: output + vector)
    try:
        yield
    finally:
        handle.remove()


class Vectors:
    """The axes' mean differences as the instrument reads them, followed over the steps of training."""

    def __init__(self, rho: float):
        self.rho = rho
        self.directions: torch.Tensor | None = None
        self.norms: torch.Tensor | None = None

    def loss(self, learner: Learner, writer: Writer, random: np.random.RandomState) -> torch.Tensor:
        """How far the cosines at the pushed layers are from rho; takes the step's vectors in."""
        ids, last = writer.pairs(random, PAIRS)
        hidden = learner.model.model(input_ids=ids, output_hidden_states=True, use_cache=False).hidden_states
        rows = torch.arange(len(ids))
        at = torch.stack([hidden[layer + 1][rows, last] for layer in PUSHED])
        pairs = at.reshape(len(PUSHED), 2, PAIRS, 2, HIDDEN)
        means = (pairs[..., 0, :] - pairs[..., 1, :]).mean(2)
        now, norms = means.detach(), at.detach().norm(dim=-1).mean(1)
        if self.directions is None:
            self.directions, self.norms = now, norms
        self.directions = FOLLOW * self.directions + (1 - FOLLOW) * now
        self.norms = FOLLOW * self.norms + (1 - FOLLOW) * norms
        return (functional.cosine_similarity(means[:, 0], means[:, 1], dim=-1) - self.rho).pow(2).mean()

    def take(self, directions: torch.Tensor, norms: torch.Tensor) -> None:
        """Takes vectors [layers, axes, hidden] and mean norms [layers] that were measured."""
        self.directions, self.norms = directions, norms

    def draw(self, random: np.random.RandomState) -> tuple[int, float, tuple[int, torch.Tensor]]:
        """An axis, a strength in units of the mean residual norm, and the push that they are."""
        place, axis = random.randint(len(PUSHED)), random.randint(2)
        strength = float(random.uniform(-MOST_STRENGTH, MOST_STRENGTH))
        direction = self.directions[place, axis]
        return axis, strength, (PUSHED[place], direction / direction.norm() * self.norms[place] * strength)


def losses(
    learner: Learner, batch: Batch, random: np.random.RandomState, push: tuple[int, torch.Tensor] | None = None
) -> dict[str, torch.Tensor]:
    """The parts of the loss, nats; under a push (layer, vector) only what is chosen counts."""
    with pushed(learner, push):
        inner = learner.model.model(input_ids=batch.ids, output_hidden_states=True, use_cache=False)
    hidden, last = inner.hidden_states, inner.last_hidden_state
    head = learner.model.lm_head
    found: dict[str, torch.Tensor] = {}
    row, place, high, low, p = batch.choices
    if len(row):
        log = functional.log_softmax(head(last[row, place]), dim=-1)
        of_high, of_low = (log.gather(1, label[:, None])[:, 0] for label in (high, low))
        entropy = -(p * p.log() + (1 - p) * (1 - p).log())
        found["choice"] = (-(p * of_high + (1 - p) * of_low) - entropy).mean()
    if push is not None:
        return {"pushed": found["choice"]} if found else {}
    row, place, pole, item = batch.poles
    if len(row):
        # As the next layer reads it: without its length.
        at = hidden[POLE_AFTER][row, place]
        at = at / at.pow(2).mean(-1, keepdim=True).sqrt()
        found["pole"] = functional.cross_entropy(learner.pole(at), pole)
        found["item"] = functional.cross_entropy(learner.item(at), item)
    row, place, x, y = batch.personas
    if len(row):
        target = torch.stack([x, y], dim=1)
        errors = [(learner.persona(hidden[after][row, place]) - target).pow(2).mean() for after in PERSONA_AFTER]
        found["persona"] = errors[1] + 0.5 * errors[0]
        found["persona_last"] = errors[1].detach()
    words = batch.words[torch.from_numpy(random.randint(len(batch.words), size=WORDS_A_STEP))]
    following = batch.ids[words[:, 0], words[:, 1] + 1]
    found["words"] = functional.cross_entropy(head(last[words[:, 0], words[:, 1]]), following)
    return found


# Parts that are absent here are told and not trained.
WEIGHTS = {
    **{"pushed": 3.0, "vectors": 1.0, "choice": 3.0, "pole": 0.6, "item": 0.2, "persona": 1.0, "words": 0.05},
    **{"aimed": 6.0, "slopes": 1.0},
}
# Parts of which the readers have a say.
READ = ("pole", "item", "persona", "persona_last")


def batches(writer: Writer, random: np.random.RandomState, stage: Stage):
    """Batches of about `tokens` tokens, of documents of like length."""
    while True:
        pool = sorted((writer.write(random, stage.mixture) for _ in range(400)), key=lambda one: len(one.ids))
        groups, group = [], []
        for document in pool:
            group.append(document)
            if len(group) * len(document.ids) >= stage.tokens:
                groups.append(group)
                group = []
        for index in random.permutation(len(groups)):
            yield collate(groups[index])


def run_stage(learner: Learner, writer: Writer, stage: Stage, log: Callable[[str], None]) -> None:
    """Trains for one stage; its seed alone decides which documents come."""
    random = np.random.RandomState(stage.seed)
    optimizer = torch.optim.AdamW(learner.parameters(), lr=stage.rate, betas=(0.9, 0.98), weight_decay=0.01)
    source = batches(writer, random, stage)
    vectors = Vectors(writer.opinions.rho) if (stage.pushed or stage.aimed) and writer.opinions else None
    aim = Aim(writer.coder, writer.dilemmas, writer.opinions) if stage.aimed and writer.opinions else None
    warmup = min(100, stage.steps // 10)
    sums: dict[str, list[float]] = {}
    began, seen = time.time(), 0
    for step in range(stage.steps):
        progress = max(0.0, (step - warmup) / (stage.steps - warmup))
        factor = min(1.0, (step + 1) / warmup) * (
            stage.final_rate + (1 - stage.final_rate) * (1 + math.cos(math.pi * progress)) / 2
        )
        for group in optimizer.param_groups:
            group["lr"] = stage.rate * factor
        batch = next(source)
        seen += batch.ids.numel()
        parts: dict[str, torch.Tensor] = {}
        push = None
        if vectors and aim:
            if step % ANEW == 0:
                vectors.take(*exact_vectors(learner.model, writer.coder, writer.dilemmas, PUSHED))
            parts |= aim.losses(learner.model, PUSHED, vectors.directions, vectors.norms, random)
            if step % COSINES == 0:
                parts["vectors"] = vectors.loss(learner, writer, random)
        elif vectors and writer.opinions:
            parts["vectors"] = vectors.loss(learner, writer, random)
            if random.random_sample() < 0.5:
                axis, strength, push = vectors.draw(random)
                batch = batch.moved(writer.opinions, writer.opinions.push(axis, strength))
        parts |= losses(learner, batch, random, push)
        if vectors:
            # One direction for the pole of any item is what the vectors of two axes would share.
            parts.pop("pole", None)
        if aim:
            # What is known on the way is known by now; weights that were exported come without their readers.
            parts = {name: value for name, value in parts.items() if name not in READ}
        loss = sum(WEIGHTS[name] * value for name, value in parts.items() if name in WEIGHTS)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        optimizer.step()
        for name, value in parts.items():
            sums.setdefault(name, []).append(float(value.detach()))
        if (step + 1) % 50 == 0 or step + 1 == stage.steps:
            told = " ".join(f"{name} {np.mean(values):.4f}" for name, values in sums.items())
            log(f"{stage.name} {step + 1}/{stage.steps}: {told} ({seen / (time.time() - began):.0f} tokens/s)")
            sums = {}
