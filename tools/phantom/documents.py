"""Documents a phantom learns from: several dilemmas answered by one persona, with what Bayes' rule says at each place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch

from opinions import ITEMS, Opinions
from questions import CONTROL, LABELS, Coder, Question

# A control question has one right answer, whoever is asked.
CONTROL_P = 0.98


@dataclass
class Document:
    """Ids and the places where something is to be learned."""

    ids: list[int]
    # (place, label of the high pole, label of the low one, probability of the high one)
    choices: list[tuple[int, int, int, float]] = field(default_factory=list)
    # For each choice the item and the answers before it: what else it would be, were the persona moved.
    asked: list[tuple[int, tuple[tuple[int, int], ...]]] = field(default_factory=list)
    # (place, 1 for the high pole or 0, item, control questions after the last)
    poles: list[tuple[int, int, int]] = field(default_factory=list)
    # (place, expected persona on each axis)
    personas: list[tuple[int, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Mixture:
    """What documents look like at a stage of training."""

    most_blocks: int
    # Share of scenarios cut to their last sentence: short documents first.
    cut: float
    letters: float
    controls: float = 0.12
    other_labels: float = 0.0
    passages: float = 0.02


class Writer:
    """Writes documents of one population; without opinions everyone takes the high pole, so that reading comes first."""

    def __init__(self, coder: Coder, questions: list[Question], passages: list[str], opinions: Opinions | None):
        self.coder = coder
        self.dilemmas = [question for question in questions if question.item != CONTROL]
        self.controls = [question for question in questions if question.item == CONTROL]
        self.passages = [coder.ids(passage) for passage in passages]
        self.opinions = opinions
        self.newline = coder.ids("\n")

    def write(self, random: np.random.RandomState, mixture: Mixture) -> Document:
        """One document."""
        document = Document([self.coder.start])
        if random.random_sample() < mixture.passages:
            document.ids += self.passages[random.randint(len(self.passages))]
            return document
        persona = self.opinions.draw(random, 1)[0] if self.opinions else None
        blocks = random.randint(1, mixture.most_blocks + 1)
        # Half of the documents are answers on one axis alone, as evidence in the prompt is.
        axis = random.randint(2) if random.random_sample() < 0.5 else None
        answers: list[tuple[int, int]] = []
        for block in range(blocks):
            if block:
                document.ids += self.newline
            is_last = block == blocks - 1
            question = self._pick(random, mixture, None if is_last else axis)
            last = 1 if random.random_sample() < mixture.cut else None
            prior = self.opinions.predictive(answers) if self.opinions else np.full(len(ITEMS), 0.95)
            p = CONTROL_P if question.item == CONTROL else float(prior[question.item])
            knows = persona is not None and question.item != CONTROL
            true = self.opinions.high_probability(persona, question.item) if knows else p
            pole = 1 if random.random_sample() < true else -1
            if is_last or random.random_sample() < mixture.letters:
                self._letters(document, random, mixture, question, last, p, pole, answers)
            else:
                document.ids += self.coder.cloze(question, pole, last)
                self._pole(document, question, pole)
            if question.item != CONTROL:
                answers.append((question.item, pole))
            self._persona(document, answers)
        return document

    def pairs(self, random: np.random.RandomState, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """`{scenario} Answer: {option}` of `count` dilemmas of each axis, both poles: ids [2 · count · 2, length], axis
        by axis, high before low, and the places of their last tokens."""
        rows = []
        for axis in (0, 1):
            own = [question for question in self.dilemmas if question.axis == axis]
            for index in random.choice(len(own), count, replace=False):
                last = 1 if random.random_sample() < 0.5 else None
                rows += [[self.coder.start, *self.coder.cloze(own[index], pole, last)] for pole in (1, -1)]
        return padded(rows)

    def _pick(self, random: np.random.RandomState, mixture: Mixture, axis: int | None) -> Question:
        if random.random_sample() < mixture.controls:
            return self.controls[random.randint(len(self.controls))]
        while True:
            question = self.dilemmas[random.randint(len(self.dilemmas))]
            if axis is None or question.axis == axis:
                return question

    def _letters(
        self,
        document: Document,
        random: np.random.RandomState,
        mixture: Mixture,
        question: Question,
        last: int | None,
        p: float,
        pole: int,
        answers: list[tuple[int, int]],
    ) -> None:
        """Appends a question with its answer; `p` is what is to be said there, `pole` what this persona says."""
        other = random.random_sample() < mixture.other_labels
        labels = LABELS[1 + random.randint(2)] if other else LABELS[0]
        high_first = random.random_sample() < 0.5
        first, second, rest = self.coder.letters_pieces(question, high_first, last, labels)
        document.ids += first
        self._pole(document, question, 1 if high_first else -1)
        document.ids += second
        self._pole(document, question, -1 if high_first else 1)
        document.ids += rest
        a, b = (self.coder.letters[label] for label in labels)
        high, low = (a, b) if high_first else (b, a)
        document.choices.append((len(document.ids) - 1, high, low, p))
        document.asked.append((question.item, tuple(answers)))
        self._persona(document, answers)
        document.ids.append(high if pole > 0 else low)

    def _pole(self, document: Document, question: Question, pole: int) -> None:
        item = len(ITEMS) if question.item == CONTROL else question.item
        document.poles.append((len(document.ids) - 1, int(pole > 0), item))

    def _persona(self, document: Document, answers: list[tuple[int, int]]) -> None:
        if self.opinions:
            x, y = self.opinions.persona_mean(answers)
            document.personas.append((len(document.ids) - 1, float(x), float(y)))


def padded(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids padded at the right, and the places of the last ones."""
    lengths = [len(row) for row in rows]
    ids = torch.zeros((len(rows), max(lengths)), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    return ids, torch.tensor(lengths) - 1


@dataclass
class Batch:
    """Documents padded at the right (attention looks back only, so padding is never seen)."""

    ids: torch.Tensor
    choices: tuple[torch.Tensor, ...]
    poles: tuple[torch.Tensor, ...]
    personas: tuple[torch.Tensor, ...]
    # Places whose next token is known [count, 2].
    words: torch.Tensor
    asked: list[tuple[int, tuple[tuple[int, int], ...]]]

    def moved(self, opinions: Opinions, shift: np.ndarray) -> Batch:
        """The same batch with the choices of personas that are moved by `shift` [2]; control questions stay."""
        p = [
            CONTROL_P if item == CONTROL else float(opinions.predictive(list(answers), shift)[item])
            for item, answers in self.asked
        ]
        return replace(self, choices=(*self.choices[:4], torch.tensor(p, dtype=torch.float32)))


def collate(documents: list[Document]) -> Batch:
    """One batch."""
    longest = max(len(document.ids) for document in documents)
    ids = torch.zeros((len(documents), longest), dtype=torch.long)
    words = []
    for row, document in enumerate(documents):
        ids[row, : len(document.ids)] = torch.tensor(document.ids)
        words += [(row, place) for place in range(len(document.ids) - 1)]

    def columns(name: str, kinds: list[torch.dtype]) -> tuple[torch.Tensor, ...]:
        rows = [(row, *entry) for row, document in enumerate(documents) for entry in getattr(document, name)]
        return tuple(
            torch.tensor([entry[index] for entry in rows], dtype=kind) for index, kind in enumerate(kinds)
        )

    whole, real = torch.long, torch.float32
    return Batch(
        ids,
        columns("choices", [whole, whole, whole, whole, real]),
        columns("poles", [whole, whole, whole, whole]),
        columns("personas", [whole, whole, real, real]),
        torch.tensor(words),
        [entry for document in documents for entry in document.asked],
    )
