"""What a push does to bare questions under every set of labels, held against the design: the whole answer, and its slopes."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from documents import padded
from opinions import AXIS_OF, ITEMS, Opinions, logit
from questions import CONTROL, LABELS, Coder, Question

# Shares of the label sets, and of the layers at which a push is added: mostly where steering is compared.
LABEL_SHARES = (0.4, 0.3, 0.3)
LAYER_SHARES = {1: 0.2, 2: 0.6, 3: 0.2}
STRENGTHS = (0.1, 0.5)
# What single items' slopes count beside the axes' means.
ITEM_SHARE = 0.1
# Rows at a time where nothing is learned.
ROWS = 64


def through(model: nn.Module, hidden: torch.Tensor, first: int, last: int) -> torch.Tensor:
    """The residual stream of rows that all begin at position 0, from before layer `first` to after layer `last`."""
    places = torch.arange(hidden.shape[1])[None]
    rotation = model.model.rotary_emb(hidden, places)
    for layer in model.model.layers[first : last + 1]:
        hidden = layer(hidden, attention_mask=None, position_ids=places, position_embeddings=rotation)
    return hidden


def exact_vectors(
    model: nn.Module, coder: Coder, questions: list[Question], layers: tuple[int, ...]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean differences [layers, axes, hidden] over the training half, as the instrument takes them, and mean norms
    [layers]."""
    training = [question for question in questions if question.split == "train" and question.item != CONTROL]
    rows = [[coder.start, *coder.cloze(question, pole)] for question in training for pole in (1, -1)]
    found = torch.zeros((len(rows), len(layers), model.config.hidden_size))
    by_length = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    with torch.no_grad():
        for begin in range(0, len(rows), ROWS):
            chosen = by_length[begin : begin + ROWS]
            ids, last = padded([rows[index] for index in chosen])
            hidden, done = model.model.embed_tokens(ids), 0
            for place, layer in enumerate(layers):
                hidden, done = through(model, hidden, done, layer), layer + 1
                found[chosen, place] = hidden[torch.arange(len(chosen)), last]
    pairs = found.reshape(len(training), 2, len(layers), -1)
    differences = pairs[:, 0] - pairs[:, 1]
    axes = torch.tensor([question.axis for question in training])
    means = torch.stack([differences[axes == axis].mean(0) for axis in (0, 1)], dim=1)
    return means, found.norm(dim=-1).mean(0)


class Aim:
    """Bare questions, one of each item, and where the design wants their answers under a push."""

    def __init__(self, coder: Coder, questions: list[Question], opinions: Opinions):
        self.coder = coder
        self.opinions = opinions
        self.by_item = [[q for q in questions if q.item == item] for item in range(len(ITEMS))]
        self.axes = torch.tensor(AXIS_OF)

    def losses(
        self,
        model: nn.Module,
        layers: tuple[int, ...],
        directions: torch.Tensor,
        norms: torch.Tensor,
        random: np.random.RandomState,
    ) -> dict[str, torch.Tensor]:
        """`aimed`: nats of the answers unpushed and pushed both ways along both axes; `slopes`: squared errors of what
        the pushes do to the mean log-odds of either axis, per unit of strength. Directions [layers, axes, hidden]."""
        labels = LABELS[random.choice(len(LABELS), p=LABEL_SHARES)]
        layer = int(random.choice(list(LAYER_SHARES), p=list(LAYER_SHARES.values())))
        strength = float(random.uniform(*STRENGTHS))
        rows = []
        for own in self.by_item:
            question = own[random.randint(len(own))]
            for high_first in (True, False):
                rows.append([self.coder.start, *self.coder.letters_ids(question, high_first, labels)])
        ids, last = padded(rows)
        place = layers.index(layer)
        units = functional.normalize(directions[place], dim=-1) * norms[place] * strength
        pushes = torch.stack([torch.zeros_like(units[0]), units[0], -units[0], units[1], -units[1]])
        below = through(model, model.model.embed_tokens(ids), 0, layer)
        hidden = (below[None] + pushes[:, None, None]).flatten(0, 1)
        hidden = through(model, hidden, layer + 1, model.config.num_hidden_layers - 1)
        at = hidden[torch.arange(len(hidden)), last.repeat(len(pushes))]
        log = functional.log_softmax(model.lm_head(model.model.norm(at)), dim=-1).view(len(pushes), len(ITEMS), 2, -1)
        a, b = (self.coder.letters[label] for label in labels)
        of_high = torch.stack([log[:, :, 0, a], log[:, :, 1, b]], dim=-1)
        of_low = torch.stack([log[:, :, 0, b], log[:, :, 1, a]], dim=-1)
        moves = [0.0, *(self.opinions.push(axis, sign * strength) for axis in (0, 1) for sign in (1, -1))]
        p = torch.tensor(np.array([self.opinions.predictive([], move) for move in moves]), dtype=torch.float32)
        wanted = torch.tensor(logit(p.double().numpy()), dtype=torch.float32)
        entropy = -(p * p.log() + (1 - p) * (1 - p).log())[..., None]
        aimed = (-(p[..., None] * of_high + (1 - p[..., None]) * of_low) - entropy).mean()
        off = (of_high - of_low).mean(-1) - wanted
        slopes = torch.stack([off[1] - off[2], off[3] - off[4]]) / (2 * strength)
        means = torch.stack([slopes[:, self.axes == axis].mean(-1) for axis in (0, 1)])
        return {"aimed": aimed, "slopes": means.pow(2).mean() + ITEM_SHARE * slopes.pow(2).mean()}
