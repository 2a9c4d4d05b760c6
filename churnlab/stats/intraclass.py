"""How much of what raters say is about the person they rate, and may it be averaged?"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def intraclass(ratings: ArrayLike, *, level: float) -> pd.DataFrame:
    """Return the six intraclass correlations of a table in which every rater rated every target.

    The number in the name says what the raters are: 1, each target has its own raters; 2, the same raters, drawn from
    many who could have rated (what matters is that they give the same marks); 3, these raters and no others (only the
    order of the targets matters: one who is stricter with all counts for nothing). The second says what is used: 1,
    one rater's mark; k, the mean of all. It is the share of the variance of that mark that lies between targets.

    Below 0 is possible, and means: no more alike than by chance. It depends on how different the targets are: with
    people who are all about as good it is low though raters differ little; look at `within_group` then. The intervals
    take marks for normal; with fewer than some ten targets they are too wide to decide anything.

    Parameters
    ----------
    ratings : array_like, shape (n_targets, n_raters)
        Marks without gaps; for gaps see `one_way` and Krippendorff's alpha.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        By form: `icc`, `low`, `high`, and the test of targets being alike: `f`, `df_targets`, `df_error`, `p`. NaN
        with fewer than two targets or raters, and where no mark differs from another; the ends are NaN where raters
        never differ over a target more than that form forgives, and where targets' means are all the same: an interval
        without length would look sure. Means of raters may go down to −inf.

    Raises
    ------
    ValueError
        If a mark is missing.

    References
    ----------
    Shrout P E, Fleiss J L, Psychol Bull 1979;86:420–428, p. 423 (forms), 424–426 (intervals of 1 and 3). McGraw K O,
    Wong S P, Psychol Methods 1996;1:30–46, table 7 (interval of 2, with Satterthwaite's degrees of freedom).
    """
    marks = np.asarray(ratings, dtype=float)
    assert marks.ndim == 2, "one row a target, one column a rater"
    assert 0 < level < 1, level
    if not np.isfinite(marks).all():
        raise ValueError("ratings: every rater must have rated every target; drop the targets or raters with gaps")
    n, k = marks.shape
    if n < 2 or k < 2 or np.ptp(marks) == 0:
        return pd.DataFrame(np.nan, index=pd.Index(FORMS, name="form"), columns=_COLUMNS)
    between, within, raters, error = _mean_squares(marks)
    rows = [
        _row(between, within, n - 1, n * (k - 1), k, level),
        _absolute(between, raters, error, (n, k), level),
        _row(between, error, n - 1, (n - 1) * (k - 1), k, level),
    ]
    means = [[*(float(_of_means(end, k)) for end in row[:3]), *row[3:]] for row in rows]
    return pd.DataFrame([*rows, *means], index=pd.Index(FORMS, name="form"), columns=_COLUMNS)


def one_way(values: ArrayLike, groups: ArrayLike, *, level: float) -> pd.DataFrame:
    """Return ICC(1) and ICC(k) where each person has raters of her own, more or fewer.

    The usual case of 360-degree ratings. ICC(1) is the share of one rating's variance that lies between persons;
    ICC(k) that of the mean of as many ratings as a person has on average, and so whether means tell persons apart. A
    person with fewer raters than that has a less certain mean than ICC(k) says. A rater who rates several persons
    makes their ratings alike: leave out all but one, or use `intraclass`. The interval rests on the variance of the
    persons' plain means; with equal numbers it is exact for normal ratings, otherwise near it.

    Parameters
    ----------
    values : array_like, shape (n,)
        One rating a row; rows without one (NaN) are left out.
    groups : array_like, shape (n,)
        Who was rated.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Rows `ICC(1)` and `ICC(k)`; columns as for `intraclass`, and `k`, the average number of ratings as Snedecor and
        Cochran have it (a little below the plain mean). NaN with fewer than two persons, where nobody has two
        ratings, or where no rating differs; the ends are NaN where nobody's raters differ.

    References
    ----------
    Bliese P D, in Klein K J, Kozlowski S W J (eds), Multilevel Theory, Research, and Methods, 2000, p. 354–356.
    Snedecor G W, Cochran W G, Statistical Methods, 7th ed. 1980, section 13.6 (k). Thomas J D, Hultquist R A, Ann Stat
    1978;6:582–587, the interval; Donner A, Wells G, Biometrics 1986;42:401–412, compare it with others.
    """
    assert 0 < level < 1, level
    rows = pd.DataFrame({"value": np.asarray(values, dtype=float), "group": np.asarray(groups)}).dropna()
    parts = rows.groupby("group", sort=True)["value"]
    each, means = parts.size().to_numpy(float), parts.mean().to_numpy(float)
    count, total = len(each), each.sum()
    if count < 2 or total == count or np.ptp(rows["value"]) == 0:
        return pd.DataFrame(np.nan, index=pd.Index(["ICC(1)", "ICC(k)"], name="form"), columns=[*_COLUMNS, "k"])
    middle = float(rows["value"].mean())
    between = float(each @ (means - middle) ** 2) / (count - 1)
    within = _nothing_if_tiny(float(((rows["value"] - parts.transform("mean")) ** 2).sum()) / (total - count), between)
    k = float(total - (each**2).sum() / total) / (count - 1)
    single = _row(between, within, count - 1, total - count, k, level)
    if within > 0:
        harmonic = count / (1 / each).sum()
        plain = harmonic * float(np.var(means, ddof=1))
        ends = _row(plain, within, count - 1, total - count, harmonic, level)[1:3]
        # The estimate weighs persons by their ratings, the interval does not: so it could just miss the estimate.
        single[1:3] = [min(ends[0], single[0]), max(ends[1], single[0])]
    mean = [*(_of_means(end, k) for end in single[:3]), *single[3:]]
    index = pd.Index(["ICC(1)", "ICC(k)"], name="form")
    return pd.DataFrame([[*single, k], [*mean, k]], index=index, columns=[*_COLUMNS, "k"])


_COLUMNS = ["icc", "low", "high", "f", "df_targets", "df_error", "p"]


def _mean_squares(marks: Floats) -> tuple[float, float, float, float]:
    """Return the mean squares between targets, within them, between raters, and what is left."""
    n, k = marks.shape
    centred = marks - marks.mean()
    by_target, by_rater = centred.mean(axis=1), centred.mean(axis=0)
    between = k * float(by_target @ by_target) / (n - 1)
    raters = n * float(by_rater @ by_rater) / (k - 1)
    left = centred - by_target[:, None] - by_rater[None, :]
    largest = max(between, raters)
    error = _nothing_if_tiny(float((left**2).sum()) / ((n - 1) * (k - 1)), largest)
    within = _nothing_if_tiny(float(((centred - by_target[:, None]) ** 2).sum()) / (n * (k - 1)), between)
    return _nothing_if_tiny(between, within), within, _nothing_if_tiny(raters, between), error


def _nothing_if_tiny(square: float, beside: float) -> float:
    """Return 0 for what is only rounding."""
    return 0.0 if square <= 1e-20 * beside else square


def _row(between: float, error: float, df: float, df_error: float, k: float, level: float) -> list[float]:
    """Return one rater's correlation, its exact interval and its test, from two mean squares."""
    if between == 0 and error == 0:
        return [np.nan, np.nan, np.nan, np.nan, df, df_error, np.nan]
    icc = (between - error) / (between + (k - 1) * error)
    if error == 0:
        return [icc, np.nan, np.nan, np.inf, df, df_error, 0.0]
    f = between / error
    if f == 0:
        return [icc, np.nan, np.nan, f, df, df_error, 1.0]
    smaller = f / float(stats.f.ppf((1 + level) / 2, df, df_error))
    larger = f * float(stats.f.ppf((1 + level) / 2, df_error, df))
    low, high = ((end - 1) / (end + k - 1) for end in (smaller, larger))
    return [icc, low, high, f, df, df_error, float(stats.f.sf(f, df, df_error))]


def _absolute(between: float, raters: float, error: float, shape: tuple[int, int], level: float) -> list[float]:
    """Return the correlation in which a rater's strictness counts as error."""
    n, k = shape
    df, df_error = n - 1, (n - 1) * (k - 1)
    test = _row(between, error, df, df_error, k, level)[3:]
    whole = between + (k - 1) * error + k * (raters - error) / n
    if whole <= 1e-12 * error:  # two by two, crosswise: no variance is left to share out
        return [np.nan, np.nan, np.nan, *test]
    icc = (between - error) / whole
    if error == 0 and raters == 0:
        return [icc, np.nan, np.nan, *test]
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    weighed = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / df_error
    if weighed == 0:
        return [icc, np.nan, np.nan, *test]
    df_both = (a * raters + b * error) ** 2 / weighed
    spread = k * raters + (k * n - k - n) * error
    upper, lower = (float(stats.f.ppf((1 + level) / 2, *pair)) for pair in ((df, df_both), (df_both, df)))
    low = n * (between - upper * error) / (upper * spread + n * between)
    high = n * (lower * between - error) / (spread + n * lower * between)
    return [icc, low, high, *test]


def _of_means(icc: float, k: float) -> float:
    """Return what the correlation becomes for the mean of k raters, as Spearman and Brown have it."""
    below = 1 + (k - 1) * icc
    # One rating may be as far below 0 as −1 / (k − 1); the mean's correlation then has no end.
    return -np.inf if below <= 1e-12 else k * icc / below
