#!/usr/bin/env python3
"""Writes the human societies and the projection that the page ships (standard library only).

    python3 tools/human_data.py [DATA_FOLDER]

DATA_FOLDER defaults to ../shared/data beside the project. Only what its README allows to be shipped is taken: the
`pooled2005_*` columns (MIT), name and zone.
"""

import csv
import json
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "public" / "human"

X = "pooled2005_survival_self_expression"
Y = "pooled2005_traditional_secular"

SOURCES = [
    "EVS (2022). European Values Study Trend File 1981-2017. GESIS ZA7503, doi:10.4232/1.14021. Aggregates only.",
    "Haerpfer, C. et al. (2022). World Values Survey Trend File 1981-2022. doi:10.14281/18241.27. Aggregates only.",
    "Places of the societies (pooled since 2005) and projection: kwinkunks/ai-values, MIT licence, "
    "https://github.com/kwinkunks/ai-values",
    "Axes and cultural zones after Inglehart & Welzel (2005).",
]

NOTE = (
    "Each point is the mean of one society's survey answers since 2005. Larger x is more self-expression, larger y "
    "more secular-rational."
)


def societies(data: Path) -> list[dict]:
    """The societies that have both coordinates, by name."""
    with (data / "countries.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row[X] and row[Y]]
    found = [
        {
            "iso3": row["iso3"],
            "name": row["country"],
            "zone": row["zone"] or None,
            "x": float(row[X]),
            "y": float(row[Y]),
        }
        for row in rows
    ]
    return sorted(found, key=lambda society: society["name"])


def projection(data: Path) -> dict:
    """The ten-item projection, its weights under a short name."""
    raw = json.loads((data / "projection_aivalues.json").read_text(encoding="utf-8"))
    size = len(raw["items"])
    weights = raw["weights_selfexp_secular"]
    if not (len(raw["mean"]) == len(raw["sd"]) == len(weights) == size == 10):
        raise SystemExit("projection_aivalues.json: ten items, means, deviations and weights are expected")
    if any(len(row) != 2 for row in weights):
        raise SystemExit("projection_aivalues.json: each weight row should be (self-expression, secular)")
    return {
        "items": raw["items"],
        "mean": raw["mean"],
        "sd": raw["sd"],
        "weights": weights,
        "x": raw["x"],
        "y": raw["y"],
        "source": raw["source"],
    }


def write(name: str, value: dict) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (TARGET / name).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT.parent / "shared" / "data"
    found = societies(data)
    write("societies.json", {"note": NOTE, "sources": SOURCES, "societies": found})
    write("projection.json", projection(data))
    zones = {society["zone"] for society in found if society["zone"]}
    print(f"{len(found)} societies in {len(zones)} zones")


if __name__ == "__main__":
    main()
