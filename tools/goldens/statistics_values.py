"""Reference values for src/science/statistics: SciPy, statsmodels and pingouin on seeded samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as exact_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from golden_file import write_golden

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "statistics.json"


def permutation(rng: np.random.Generator) -> list[dict[str, object]]:
    """Exact sign-flip p values: a SciPy permutation test of paired samples against zeros."""
    cases = []
    for n, shift in [(3, 0.2), (8, 0.0), (10, 0.6), (12, 0.9)]:
        values = rng.normal(shift, 1, n).round(6)
        found = stats.permutation_test(
            (values, np.zeros(n)),
            lambda a, b: np.mean(a - b),
            permutation_type="samples",
            n_resamples=np.inf,
            alternative="two-sided",
        )
        cases.append({"differences": values.tolist(), "p": float(found.pvalue)})
    return cases


def holm(rng: np.random.Generator) -> list[dict[str, object]]:
    """Holm's adjustment of statsmodels; ties and ones among the values."""
    samples = [rng.uniform(0, 0.2, 8).round(6).tolist(), [0.01, 0.01, 0.04, 1.0], [0.9], [0.03, 0.002, 0.5, 0.011]]
    return [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in samples]


def effects(rng: np.random.Generator) -> list[dict[str, object]]:
    """Hedges' g for paired samples."""
    cases = []
    for n, shift in [(4, 1.5), (30, 0.2), (150, -0.4)]:
        before = rng.normal(0, 1, n).round(6)
        after = (0.7 * before + rng.normal(shift, 0.8, n)).round(6)
        g = pingouin.compute_effsize(after, before, paired=True, eftype="hedges")
        cases.append({"before": before.tolist(), "after": after.tolist(), "g": float(g)})
    return cases


def halves(rng: np.random.Generator) -> list[dict[str, object]]:
    """Groups of two values have two halves however they are dealt, up to which is which."""
    first = rng.normal(0, 1, 10).round(6)
    second = (first + rng.normal(0, 0.5, 10)).round(6)
    r = float(stats.pearsonr(first, second).statistic)
    return [{"first": first.tolist(), "second": second.tolist(), "r": r, "reliability": 2 * r / (1 + r)}]


def intraclass(rng: np.random.Generator) -> list[dict[str, object]]:
    """Shrout and Fleiss' own example (1979, table 2), and a seeded one."""
    published = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    seeded = (rng.normal(0, 1, (20, 1)) + rng.normal(0, 0.5, (20, 3)) + np.array([0, 0.3, -0.5])).round(6).tolist()
    cases = []
    for ratings in (published, seeded):
        rows = [
            {"target": t, "rater": r, "value": float(value)}
            for t, row in enumerate(ratings)
            for r, value in enumerate(row)
        ]
        table = pingouin.intraclass_corr(pd.DataFrame(rows), targets="target", raters="rater", ratings="value")
        # Names changed between releases: ICC2 is ICC(A,1), ICC3 is ICC(C,1).
        by_name = {str(name): float(value) for name, value in zip(table["Type"], table["ICC"], strict=True)}
        cases.append(
            {
                "ratings": ratings,
                "agreement": by_name.get("ICC2", by_name.get("ICC(A,1)")),
                "consistency": by_name.get("ICC3", by_name.get("ICC(C,1)")),
                "one_way": by_name.get("ICC1", by_name.get("ICC(1,1)")),
            }
        )
    return cases


def student() -> list[dict[str, float]]:
    """Two-sided bounds of Student's t, and the normal distribution function at minus the bound."""
    cases = []
    for df in (1, 2, 3, 4, 5, 10, 15, 20, 135, 270):
        for level in (0.8, 0.95, 0.99):
            bound = float(stats.t.ppf((1 + level) / 2, df))
            cases.append({"df": df, "level": level, "bound": bound, "tail": float(stats.norm.cdf(-bound))})
    return cases


def hotelling() -> list[dict[str, float]]:
    """Quantiles of Hotelling's T-squared in two dimensions, from F."""
    return [
        {"df": df, "q": float(2 * df / (df - 1) * stats.f.ppf(0.95, 2, df - 1))} for df in (3, 10, 20, 60, 270)
    ]


def shares() -> list[dict[str, float]]:
    """Wilson's 95 % intervals."""
    cases = []
    for hits, n in ((0, 10), (3, 10), (24, 24), (31, 60), (57, 60)):
        low, high = proportion_confint(hits, n, method="wilson")
        cases.append({"hits": hits, "n": n, "low": float(low), "high": float(high)})
    return cases


def mcnemar() -> list[dict[str, float]]:
    """Exact two-sided McNemar tests of statsmodels, which agree with SciPy's binomial test of the discordant pairs."""
    cases = []
    for lost, gained in ((0, 0), (1, 0), (0, 4), (6, 0), (7, 1), (3, 3), (12, 25), (40, 41), (900, 820)):
        found = exact_mcnemar([[5, lost], [gained, 9]], exact=True)
        p = float(found.pvalue)
        if lost + gained > 0:
            assert abs(p - stats.binomtest(min(lost, gained), lost + gained, 0.5).pvalue) < 1e-9
        cases.append({"lost": lost, "gained": gained, "p": p})
    return cases


def correlations(rng: np.random.Generator) -> list[dict[str, object]]:
    """Pearson's correlation with SciPy's interval, which is Fisher's."""
    cases = []
    for n, shared in ((4, 0.5), (10, 0.0), (10, 0.9), (40, -0.6)):
        first = rng.normal(0, 1, n).round(6)
        second = (shared * first + rng.normal(0, 0.6, n)).round(6)
        found = stats.pearsonr(first, second)
        low, high = found.confidence_interval(0.95)
        cases.append(
            {
                "first": first.tolist(),
                "second": second.tolist(),
                "r": float(found.statistic),
                "low": float(low),
                "high": float(high),
            }
        )
    return cases


def main() -> None:
    """Writes every golden."""
    rng = np.random.default_rng(20260526)
    write_golden(
        OUT,
        {
            "permutation": permutation(rng),
            "holm": holm(rng),
            "effects": effects(rng),
            "halves": halves(rng),
            "intraclass": intraclass(rng),
            "student": student(),
            "hotelling": hotelling(),
            "shares": shares(),
            "mcnemar": mcnemar(),
            "correlations": correlations(rng),
        },
    )


if __name__ == "__main__":
    main()
