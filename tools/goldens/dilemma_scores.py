"""The two protocols on PyTorch: letters in both orders, and cloze."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reference import SCENARIOS, Reference
from residual_stream import Steer, forward


@dataclass(frozen=True)
class Dilemma:
    """A scene and its two options by pole."""

    id: str
    axis: str
    split: str
    scenario: str
    low: str
    high: str


def read_dilemmas(folder: Path = SCENARIOS) -> tuple[list[Dilemma], dict[str, str]]:
    """Training and test dilemmas in the files' order, and each file's SHA-256."""
    dilemmas, hashes = [], {}
    for split in ["train", "test"]:
        content = (folder / f"{split}.json").read_bytes()
        hashes[f"{split}.json"] = hashlib.sha256(content).hexdigest()
        for entry in json.loads(content):
            options, mapping = entry["options"], entry["mapping"]
            low, high = options[mapping["low_pole"]], options[mapping["high_pole"]]
            dilemmas.append(Dilemma(entry["id"], entry["dimension"], split, entry["scenario_text"], low, high))
    return dilemmas, hashes


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log probabilities over the last axis, in float64 so that small differences survive."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(axis=-1, keepdims=True))


def letter_log_probabilities(reference: Reference, prompt: str) -> dict[str, float]:
    """Log of the summed probability of each letter's single-token spellings, at the last position."""
    last = log_softmax(forward(reference.model, reference.encode(prompt)).logits[-1])
    found = {}
    for letter in "AB":
        spellings = [reference.encode(text) for text in (letter, f" {letter}")]
        found[letter] = float(np.logaddexp.reduce([last[ids[0]] for ids in spellings if len(ids) == 1]))
    return found


def score_letters(reference: Reference, dilemma: Dilemma) -> dict:
    """Both orders; the high pole stands at A in the first."""
    orders = []
    for high_at, (a, b) in {"A": (dilemma.high, dilemma.low), "B": (dilemma.low, dilemma.high)}.items():
        prompt = f"{dilemma.scenario}\nA) {a}\nB) {b}\n\nWhich do you choose? Choice (A or B):"
        found = letter_log_probabilities(reference, prompt)
        orders.append({"high_at": high_at, "log_p_A": found["A"], "log_p_B": found["B"]})
    toward_a = [order["log_p_A"] - order["log_p_B"] for order in orders]
    return {
        # Toward A is toward the high pole in the first order, toward the low pole in the second.
        "log_odds_high": (toward_a[0] - toward_a[1]) / 2,
        # What is left when meaning cancels: positive leans to whatever stands at A.
        "position_bias": (toward_a[0] + toward_a[1]) / 2,
        "answer_mass": float(np.mean([np.exp(order["log_p_A"]) + np.exp(order["log_p_B"]) for order in orders])),
        "orders": orders,
    }


def answer_tokens(reference: Reference, dilemma: Dilemma, option: str) -> tuple[list[int], list[int]]:
    """Prefix and option tokenized apart, so that no token spans the seam."""
    return reference.encode(f"{dilemma.scenario} Answer:"), reference.encode(f" {option}")


def option_log_likelihood(reference: Reference, dilemma: Dilemma, option: str, steers: list[Steer]) -> float:
    """Mean log-likelihood per token of the option after the prefix."""
    prefix, answer = answer_tokens(reference, dilemma, option)
    logits = forward(reference.model, prefix + answer, steers).logits
    # The token at a place is foretold at the place before it.
    rows = log_softmax(logits[len(prefix) - 1 : -1])
    return float(rows[np.arange(len(answer)), answer].mean())


def score_cloze(reference: Reference, dilemma: Dilemma, steers: list[Steer] | None = None) -> dict:
    """High minus low."""
    high = option_log_likelihood(reference, dilemma, dilemma.high, steers or [])
    low = option_log_likelihood(reference, dilemma, dilemma.low, steers or [])
    return {"log_odds_high": high - low, "high": high, "low": low}
