"""The page's own questions as token ids, in the very shapes in which the instrument asks them (src/science/prompt.ts)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from opinions import AXIS_OF, ITEMS

CONTROL = -1
ANSWER = " Answer:"
ASK = "\n\nWhich do you choose? Choice ({} or {}):"
LABELS = [("A", "B"), ("X", "Y"), ("1", "2")]


@dataclass(frozen=True)
class Question:
    """One dilemma, or a control question whose right option stands at the high pole."""

    id: str
    split: str
    item: int
    sentences: tuple[str, ...]
    high: str
    low: str

    @property
    def axis(self) -> int:
        """Index of its axis; CONTROL for control questions."""
        return CONTROL if self.item == CONTROL else AXIS_OF[self.item]

    def scenario(self, last: int | None = None) -> str:
        """The scenario, or its last sentences."""
        return " ".join(self.sentences if last is None else self.sentences[-last:])


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"(?<=[.?!]) ", text))


def read_questions(scenarios: Path) -> list[Question]:
    """All dilemmas of both halves, then the control questions."""
    found = []
    for split in ["train", "test"]:
        for entry in json.loads((scenarios / f"{split}.json").read_text(encoding="utf-8")):
            high, low = (entry["options"][entry["mapping"][pole]] for pole in ("high_pole", "low_pole"))
            item = ITEMS.index(entry["wvs_id"])
            found.append(Question(entry["id"], split, item, _sentences(entry["scenario_text"]), high, low))
    for entry in json.loads((scenarios / "controls.json").read_text(encoding="utf-8")):
        right = entry["right"]
        wrong = "B" if right == "A" else "A"
        options = entry["options"]
        scenes = _sentences(entry["scenario_text"])
        found.append(Question(entry["id"], "control", CONTROL, scenes, options[right], options[wrong]))
    return found


class Coder:
    """Texts to ids, each piece once: pieces meet where the tokenizer cuts anyway (checked by `check`)."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}
        self.start = tokenizer.token_to_id("<|start|>")
        self.letters = {label: self.one(f" {label}") for pair in LABELS for label in pair}

    def ids(self, text: str) -> list[int]:
        """Ids of a text without special tokens."""
        if text not in self._known:
            self._known[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]

    def one(self, text: str) -> int:
        """The id of what has to be a single token."""
        ids = self.ids(text)
        if len(ids) != 1:
            raise ValueError(f"{text!r} is not a single token")
        return ids[0]

    def cloze(self, question: Question, pole: int, last: int | None = None) -> list[int]:
        """`{scenario} Answer: {option}`."""
        option = question.high if pole > 0 else question.low
        return [*self.ids(question.scenario(last)), *self.ids(ANSWER), *self.ids(f" {option}")]

    def letters_pieces(
        self, question: Question, high_first: bool, last: int | None = None, labels: tuple[str, str] = ("A", "B")
    ) -> list[list[int]]:
        """The letters question in pieces: up to the first option's end, to the second one's, the rest."""
        first, second = (question.high, question.low) if high_first else (question.low, question.high)
        return [
            [*self.ids(question.scenario(last)), *self.ids(f"\n{labels[0]})"), *self.ids(f" {first}")],
            [*self.ids(f"\n{labels[1]})"), *self.ids(f" {second}")],
            self.ids(ASK.format(*labels)),
        ]

    def letters_ids(
        self, question: Question, high_first: bool, labels: tuple[str, str] = LABELS[0]
    ) -> list[int]:
        """The whole letters question."""
        return [token for piece in self.letters_pieces(question, high_first, None, labels) for token in piece]

    def check(self, questions: list[Question]) -> None:
        """Raises where a whole prompt has other ids than its pieces."""
        for question in questions:
            first, second = question.high, question.low
            for labels in LABELS:
                text = f"{question.scenario()}\n{labels[0]}) {first}\n{labels[1]}) {second}" + ASK.format(*labels)
                cloze = f"{question.scenario()}{ANSWER} {question.high}\n{text}"
                newline = self.ids("\n")
                pieces = [*self.cloze(question, 1), *newline, *self.letters_ids(question, True, labels)]
                if self.tokenizer.encode(cloze, add_special_tokens=False).ids != pieces:
                    raise ValueError(f"The pieces of {question.id} do not make up its prompt")
