"""What a phantom does, measured in PyTorch as the instrument measures it: letters in both orders, vectors, steering."""

from __future__ import annotations

import numpy as np
import torch
from transformers import LlamaForCausalLM

from opinions import AXES, ITEMS, Opinions, logit
from questions import CONTROL, LABELS, Coder, Question
from residual_stream import Steer, steered

ROWS = 64


class Subject:
    """A phantom under test."""

    def __init__(self, model: LlamaForCausalLM, coder: Coder):
        self.model = model.eval()
        self.coder = coder
        self.layers = model.config.num_hidden_layers

    def rows(
        self,
        rows: list[list[int]],
        steers: list[Steer],
        labels: tuple[str, str] = LABELS[0],
        residuals: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities of both labels [rows, 2], and residuals [rows, layers, hidden] where asked for."""
        spellings = [[self.coder.one(label), self.coder.one(f" {label}")] for label in labels]
        logs = np.zeros((len(rows), 2))
        found = np.zeros((len(rows), self.layers, self.model.config.hidden_size)) if residuals else np.zeros(0)
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        for begin in range(0, len(order), ROWS):
            chosen = order[begin : begin + ROWS]
            lengths = [len(rows[index]) for index in chosen]
            ids = torch.zeros((len(chosen), max(lengths)), dtype=torch.long)
            for at, index in enumerate(chosen):
                ids[at, : lengths[at]] = torch.tensor(rows[index])
            last = (torch.arange(len(chosen)), torch.tensor(lengths) - 1)
            with torch.no_grad(), steered(self.model, steers) as stream:
                hidden = self.model.model(input_ids=ids, use_cache=False).last_hidden_state
                log = torch.log_softmax(self.model.lm_head(hidden[last]).double(), dim=-1)
                for column, tokens in enumerate(spellings):
                    logs[chosen, column] = torch.logsumexp(log[:, tokens], dim=-1).numpy()
                if residuals:
                    for layer in range(self.layers):
                        found[chosen, layer] = stream[layer][last].double().numpy()
        return logs, found

    def letters(
        self,
        asked: list[tuple[list[int], Question]],
        steers: list[Steer] | None = None,
        labels: tuple[str, str] = LABELS[0],
    ) -> dict[str, np.ndarray]:
        """Log-odds of the high pole, averaged over both orders, position bias and answer mass of each question."""
        rows = []
        for context, question in asked:
            for high_first in (True, False):
                rows.append([self.coder.start, *context, *self.coder.letters_ids(question, high_first, labels)])
        logs, _ = self.rows(rows, steers or [], labels)
        toward_a = (logs[:, 0] - logs[:, 1]).reshape(-1, 2)
        return {
            "log_odds": (toward_a[:, 0] - toward_a[:, 1]) / 2,
            "bias": toward_a.mean(1),
            "mass": np.exp(logs).sum(1).reshape(-1, 2).mean(1),
        }

    def vectors(self, training: list[Question]) -> tuple[np.ndarray, np.ndarray]:
        """Mean differences [axes, layers, hidden] after `{scenario} Answer: {option}`, and mean residual norms [layers]."""
        rows = [[self.coder.start, *self.coder.cloze(question, pole)] for question in training for pole in (1, -1)]
        _, residuals = self.rows(rows, [], residuals=True)
        pairs = residuals.reshape(len(training), 2, self.layers, -1)
        differences = pairs[:, 0] - pairs[:, 1]
        axes = np.array([question.axis for question in training])
        means = np.stack([differences[axes == axis].mean(0) for axis in (0, 1)])
        return means, np.linalg.norm(residuals, axis=-1).mean(0)


def interval(values: np.ndarray) -> dict[str, object]:
    """Mean with a 95 % interval from the normal approximation, and the number of values."""
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    return {"mean": r(mean), "low": r(mean - 1.96 * error), "high": r(mean + 1.96 * error), "n": len(values)}


def ratio_interval(other: np.ndarray, own: np.ndarray, seed: int = 1) -> dict[str, object]:
    """Ratio of two paired means with a 95 % percentile bootstrap interval."""
    random = np.random.RandomState(seed)
    picks = random.randint(len(own), size=(2000, len(own)))
    ratios = other[picks].mean(1) / own[picks].mean(1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return {"mean": r(other.mean() / own.mean()), "low": r(low), "high": r(high), "n": len(own)}


def r(value: float) -> float:
    """Four decimals: more would promise an exactness that the exported graph does not keep."""
    return round(float(value), 4)


def item_table(
    subject: Subject, questions: list[Question], labels: tuple[str, str] = LABELS[0]
) -> dict[str, np.ndarray]:
    """Letters on the measuring half without context: log-odds, bias and mass of every dilemma, with its item."""
    test = [question for question in questions if question.split == "test"]
    found = subject.letters([([], question) for question in test], labels=labels)
    return {**found, "item": np.array([question.item for question in test])}


def evidence(
    subject: Subject, opinions: Opinions, questions: list[Question], counts: tuple[int, ...], contexts: int, seed: int
) -> list[dict]:
    """Answered training dilemmas of one axis in the prompt; shift of test dilemmas of both axes, and Bayes' for the same."""
    random = np.random.RandomState(seed)
    train = [[q for q in questions if q.split == "train" and q.axis == axis] for axis in (0, 1)]
    test = [[q for q in questions if q.split == "test" and q.axis == axis] for axis in (0, 1)]
    newline = subject.coder.ids("\n")
    plain = dict(
        zip(
            (question.id for axis in test for question in axis),
            subject.letters([([], question) for axis in test for question in axis])["log_odds"],
            strict=True,
        )
    )
    prior = logit(opinions.predictive([]))
    table = []
    for axis in (0, 1):
        for pole in (1, -1):
            for count in counts:
                asked, places, truths = [], [], []
                for context in range(contexts):
                    chosen = random.choice(len(train[axis]), count, replace=False)
                    given = [train[axis][index] for index in chosen]
                    ids = [token for question in given for token in [*subject.coder.cloze(question, pole), *newline]]
                    after = logit(opinions.predictive([(question.item, pole) for question in given])) - prior
                    for read in (0, 1):
                        for index in random.choice(len(test[read]), 3, replace=False):
                            question = test[read][index]
                            asked.append((ids, question))
                            places.append((context, read))
                            truths.append(after[question.item])
                found = subject.letters(asked)["log_odds"]
                shift = found - np.array([plain[question.id] for _, question in asked])
                places, truths = np.array(places), np.array(truths)

                def by_context(values: np.ndarray, read: int) -> np.ndarray:
                    return np.array(
                        [values[(places[:, 0] == context) & (places[:, 1] == read)].mean() for context in range(contexts)]
                    )

                own, other = by_context(shift, axis), by_context(shift, 1 - axis)
                table.append(
                    {
                        "axis": AXES[axis],
                        "pole": "high" if pole > 0 else "low",
                        "answers": count,
                        "own": interval(own),
                        "other": interval(other),
                        "ratio": ratio_interval(other, own),
                        "bayes_own": r(by_context(truths, axis).mean()),
                        "bayes_other": r(by_context(truths, 1 - axis).mean()),
                    }
                )
    return table


def pushed_slopes(
    subject: Subject, asked: list[Question], layer: int, unit: np.ndarray, strength: float, labels: tuple[str, str]
) -> np.ndarray:
    """Change of every question's log-odds per unit of strength, between a push up and one down."""
    up, down = (
        subject.letters([([], q) for q in asked], [Steer(layer, sign * strength * unit)], labels)["log_odds"]
        for sign in (1, -1)
    )
    return (up - down) / (2 * strength)


class Steering:
    """Both axes' vectors, and what a small strength of each (in units of the layer's mean residual norm) does to either
    axis's log-odds, as a slope per unit."""

    def __init__(self, subject: Subject, questions: list[Question], strength: float, an_item: int):
        train = [question for question in questions if question.split == "train" and question.item != CONTROL]
        self.subject, self.strength = subject, strength
        self.vectors, self.norms = subject.vectors(train)
        self.asked: list[Question] = []
        for item in range(len(ITEMS)):
            self.asked += [q for q in questions if q.split == "test" and q.item == item][:an_item]
        self.axes = np.array([question.axis for question in self.asked])

    def response(self, layer: int, labels: tuple[str, str] = LABELS[0]) -> dict:
        """Of either axis's vector at a layer."""
        found = {}
        for axis in (0, 1):
            vector = self.vectors[axis, layer]
            unit = vector / np.linalg.norm(vector) * self.norms[layer]
            slope = pushed_slopes(self.subject, self.asked, layer, unit, self.strength, labels)
            own, other = slope[self.axes == axis], slope[self.axes != axis]
            found[AXES[axis]] = {
                "own": interval(own),
                "other": interval(other),
                "drift": ratio_interval(other, own),
            }
        return found

    def table(self) -> dict:
        """All layers, under A and B."""
        layers = []
        for layer in range(self.subject.layers):
            one, two = self.vectors[0, layer], self.vectors[1, layer]
            layers.append(
                {
                    "layer": layer,
                    "residual_norm": r(self.norms[layer]),
                    "vector_norms": [r(np.linalg.norm(one)), r(np.linalg.norm(two))],
                    "cosine": r(one @ two / np.linalg.norm(one) / np.linalg.norm(two)),
                    "response": self.response(layer),
                }
            )
        return {"strength": self.strength, "unit": "mean residual norm of the layer", "layers": layers}
