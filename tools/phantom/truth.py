"""truth.json: what a phantom was made to think, what Bayes' rule infers from it, and how it was found to behave."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from behaviour import evidence, interval, item_table, r, Steering, Subject
from opinions import AXES, AXIS_OF, ITEMS, Opinions, logit, sigmoid
from questions import CONTROL, LABELS, Question
from training import PUSHED

# Ends of each item's survey scale and the end that is the high pole (Integrated Values Surveys; as src/science/item.ts).
SCALES = {
    "F063": (1, 10, -1),
    "Y003": (-2, 2, 1),
    "F120": (1, 10, 1),
    "G006": (1, 4, 1),
    "E018": (1, 3, 1),
    "Y002": (1, 3, 1),
    "A008": (1, 4, -1),
    "F118": (1, 10, 1),
    "E025": (1, 3, -1),
    "A165": (1, 2, -1),
}
# What the maker holds a phantom to, and what whoever measures it may hold the instrument to. Nats; map units.
TOLERANCE = {"item_log_odds": 0.15, "axis_log_odds": 0.08, "map": 0.12, "cosine": 0.02, "drift": 0.05}
STRENGTH = 0.1
# Where steering is compared: the middle of the layers at which it was trained to do what the design says.
REFERENCE_LAYER = 2
# Between what the drift of either axis's vector has to be, by rho; the ranges of two phantoms lie clear of each other.
DRIFT_RANGES = {0.0: (-0.06, 0.06), 0.4: (0.25, 0.55), 0.7: (0.6, 0.95)}
# How far the other axis may follow answers in the prompt where the axes are independent.
MOST_EVIDENCE_DRIFT = 0.25
# What the other labels' answers have to have: mass, at most this bias (nats), and this much of A and B's own slope.
LEAST_MASS, MOST_BIAS, SLOPES_OF_AB = 0.95, 0.15, (0.8, 1.25)
# Test dilemmas an item in the steering table.
AN_ITEM = 12


def map_place(probabilities: np.ndarray, projection: dict, mode: str) -> dict[str, float]:
    """Place on the culture map of ten probabilities of the high pole, in the order of ITEMS."""
    z = []
    for place, code in enumerate(projection["items"]):
        low, high, sign = SCALES[code]
        p = probabilities[ITEMS.index(code)]
        if mode == "centred":
            z.append(sign * (p - 0.5) * (high - low) / projection["sd"][place])
        else:
            value = low + p * (high - low) if sign > 0 else high - p * (high - low)
            z.append((value - projection["mean"][place]) / projection["sd"][place])
    scores = np.array(z) @ np.array(projection["weights"])
    return {
        name: r(projection[name][0] * score + projection[name][1]) for name, score in zip("xy", scores, strict=True)
    }


def places(probabilities: np.ndarray, projection: dict) -> dict:
    """Both modes of the map."""
    return {mode: map_place(probabilities, projection, mode) for mode in ("centred", "published")}


def opinions_part(opinions: Opinions, projection: dict) -> dict:
    """What is known before any model is trained."""
    p = opinions.predictive([])
    odds = logit(p)
    shifts = []
    for axis in (0, 1):
        for pole in (1, -1):
            for answers in (1, 2, 3, 4, 5):
                shift = opinions.axis_shift(axis, pole, answers)
                own, other = shift[axis], shift[1 - axis]
                shifts.append(
                    {
                        "axis": AXES[axis],
                        "pole": "high" if pole > 0 else "low",
                        "answers": answers,
                        "own": r(own),
                        "other": r(other),
                        "ratio": r(other / own),
                    }
                )
    return {
        "population": {"rho": opinions.rho, "slope": opinions.slope, "sd": 1},
        "items": {
            code: {
                "axis": AXES[AXIS_OF[place]],
                "offset": opinions.offsets[place],
                "p_high": r(p[place]),
                "log_odds": r(odds[place]),
            }
            for place, code in enumerate(ITEMS)
        },
        "axes": {
            AXES[axis]: r(np.mean([odds[i] for i in range(len(ITEMS)) if AXIS_OF[i] == axis])) for axis in (0, 1)
        },
        "map": places(p, projection),
        "bayes_shift": shifts,
        "design": {
            "note": (
                "Cosines and responses after these layers were trained toward these figures, they did not come about by "
                "themselves; what they came to be is under measured.steering, and that is the reference"
            ),
            "layers": list(PUSHED),
            "cosine": opinions.rho,
            "response": {
                AXES[axis]: dict(zip(("own", "other"), map(r, order(opinions.designed_slopes(axis), axis)), strict=True))
                for axis in (0, 1)
            },
        },
    }


def order(values: np.ndarray, axis: int) -> tuple[float, float]:
    """The axis's own value, then the other one's."""
    return values[axis], values[1 - axis]


def labels_part(subject: Subject, questions: list[Question], steering: Steering) -> dict:
    """The same dilemmas and the same vectors under the other labels."""
    found = {}
    for labels in LABELS[1:]:
        table = item_table(subject, questions, labels)
        by_item = [table["log_odds"][table["item"] == item] for item in range(len(ITEMS))]
        response = steering.response(REFERENCE_LAYER, labels)
        found["".join(labels)] = {
            "items": {code: interval(by_item[item]) for item, code in enumerate(ITEMS)},
            "axes": axis_means(by_item),
            "position_bias": interval(table["bias"]),
            "answer_mass": r(table["mass"].mean()),
            "own": {axis: response[axis]["own"] for axis in AXES},
            "drift": {axis: response[axis]["drift"] for axis in AXES},
        }
    return found


def axis_means(by_item: list[np.ndarray]) -> dict[str, float]:
    """Means of the axes' items."""
    return {
        AXES[axis]: r(np.mean([by_item[i].mean() for i in range(len(ITEMS)) if AXIS_OF[i] == axis])) for axis in (0, 1)
    }


def measured_part(
    subject: Subject, opinions: Opinions, questions: list[Question], projection: dict, contexts: int
) -> dict:
    """What the trained phantom does, in PyTorch: letters, both orders averaged."""
    table = item_table(subject, questions)
    by_item = [table["log_odds"][table["item"] == item] for item in range(len(ITEMS))]
    probabilities = np.array([sigmoid(values).mean() for values in by_item])
    controls = [question for question in questions if question.item == CONTROL]
    right = subject.letters([([], question) for question in controls])["log_odds"] > 0
    steering = Steering(subject, questions, STRENGTH, AN_ITEM)
    return {
        "by": "PyTorch, float32, letters, 300 test dilemmas",
        "items": {
            code: {**interval(by_item[item]), "p_high": r(probabilities[item])} for item, code in enumerate(ITEMS)
        },
        "axes": axis_means(by_item),
        "map": places(probabilities, projection),
        "position_bias": interval(table["bias"]),
        "answer_mass": r(table["mass"].mean()),
        "controls": {"right": int(right.sum()), "n": len(right)},
        "evidence": evidence(subject, opinions, questions, (1, 2, 4), contexts, seed=11),
        "steering": {
            "reference_layer": REFERENCE_LAYER,
            "dilemmas_an_item": AN_ITEM,
            **steering.table(),
        },
        "labels": labels_part(subject, questions, steering),
    }


def faults(truth: dict) -> list[str]:
    """In what a phantom is not what it was made to be."""
    measured = truth["measured"]
    found = []
    for code, item in truth["items"].items():
        if abs(measured["items"][code]["mean"] - item["log_odds"]) > TOLERANCE["item_log_odds"]:
            found.append(f"{code}: {measured['items'][code]['mean']} instead of {item['log_odds']}")
    for axis, odds in truth["axes"].items():
        if abs(measured["axes"][axis] - odds) > TOLERANCE["axis_log_odds"]:
            found.append(f"{axis}: {measured['axes'][axis]} instead of {odds}")
    for mode, place in truth["map"].items():
        for name, value in place.items():
            if abs(measured["map"][mode][name] - value) > TOLERANCE["map"]:
                found.append(f"map {mode} {name}: {measured['map'][mode][name]} instead of {value}")
    rho = truth["population"]["rho"]
    for axis, response in measured["steering"]["layers"][REFERENCE_LAYER]["response"].items():
        drift = response["drift"]["mean"]
        if response["own"]["low"] <= 0:
            found.append(f"steering {axis}: does not move its own axis")
        least, most = DRIFT_RANGES[rho]
        if not least < drift < most:
            found.append(f"steering {axis}: drifts by {drift}")
    for row in measured["evidence"]:
        own = row["own"]["low"] if row["pole"] == "high" else -row["own"]["high"]
        if own <= 0 or (rho == 0 and abs(row["ratio"]["mean"]) > MOST_EVIDENCE_DRIFT):
            found.append(f"evidence {row['axis']} {row['pole']} {row['answers']}: {row['own']}, {row['other']}")
    if measured["controls"]["right"] < 0.9 * measured["controls"]["n"]:
        found.append(f"controls: {measured['controls']['right']} of {measured['controls']['n']}")
    return found + label_faults(truth)


def label_faults(truth: dict) -> list[str]:
    """In what other labels get other answers than A and B."""
    found = []
    reference = truth["measured"]["steering"]["layers"][REFERENCE_LAYER]["response"]
    for name, labels in truth["measured"]["labels"].items():
        for code, item in truth["items"].items():
            if abs(labels["items"][code]["mean"] - item["log_odds"]) > TOLERANCE["item_log_odds"]:
                found.append(f"{name} {code}: {labels['items'][code]['mean']} instead of {item['log_odds']}")
        if labels["answer_mass"] < LEAST_MASS or abs(labels["position_bias"]["mean"]) > MOST_BIAS:
            found.append(f"{name}: mass {labels['answer_mass']}, bias {labels['position_bias']['mean']}")
        for axis, own in labels["own"].items():
            of_ab = own["mean"] / reference[axis]["own"]["mean"]
            if not SLOPES_OF_AB[0] < of_ab < SLOPES_OF_AB[1]:
                found.append(f"{name} {axis}: moves {of_ab:.2f} of what it moves under A and B")
    return found


def read_projection(public: Path) -> dict:
    """The page's own projection."""
    return json.loads((public / "human" / "projection.json").read_text(encoding="utf-8"))
