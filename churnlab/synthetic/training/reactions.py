"""Did they like it, and who says so?"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments
from churnlab.synthetic.names import people
from churnlab.synthetic.said import some
from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import INSTRUCTORS, Floats, Programme
from churnlab.synthetic.training.scales import Shown, alpha, category, shown, standard_normal

ITEMS = (
    ("内容贴近我的工作", "relevance", False),
    ("内容和我的工作关系不大", "relevance", True),
    ("工具拿来就能用", "usefulness", False),
    ("案例对我有帮助", "usefulness", False),
    ("讲师讲得清楚", "instructor", False),
    ("讲师能回答问题", "instructor", False),
    ("场地和时间安排合适", "logistics", False),
    ("我一直投入其中", "engagement", False),
    ("我有信心用出来", "confidence", False),
    ("我打算下周就用", "commitment", False),
)
RECOMMENDS = "愿意向同事推荐这门课"
RECOMMEND_CUTS = (-2.8, -2.4, -2.0, -1.7, -1.4, -1.1, -0.7, -0.2, 0.4, 1.1)
"""Between the answers 0 to 10; its latent answer is as those of the items."""
LOADING = 0.7
"""Of every item on the one factor, in standard deviations of its latent answer."""
CUTS = (-2.2, -1.4, -0.5, 0.7)
PERSON_SHARE = 0.6
"""Of the factor's variance, what is the person's; the rest is the session's."""
ANSWERS_LOG_ODDS, ANSWERS_PER_FACTOR = 1.5, 0.5
"""Who liked it answers more readily: logit P(answers) = 1.5 + 0.5 F; four in five do."""
TEXTS = ("讲得很实用，希望多给案例", "时间太紧，练习不够", "和我的岗位关系不大", "话术可以直接用", "希望分组再小一些")
NAMED = "{name}老师讲得清楚"
WRITES_SHARE = 0.08
ANSWERED_WITHIN_DAYS = 3


def reaction_table(
    world: World, held: list[Held], rows: pd.DataFrame, came: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table `reactions`: each who came to a session, if she answers, on all items of 1–5 and one of 0–10."""
    asked = came[came["status"] == "present"]
    factor = _factor(asked, rng)
    answers = rng.random(len(asked)) < answering(factor)
    day = asked["day"].to_numpy() + rng.integers(0, ANSWERED_WITHIN_DAYS, len(asked))
    # What would be answered after the history is not on file.
    told = answers & (day < world.days.days)
    asked, factor, day = asked[told].reset_index(drop=True), factor[told], day[told]
    many, items = len(asked), len(ITEMS)
    likings = np.array([one.programme.liking for one in held])
    instructor = asked["instructor_id"].map(INSTRUCTORS).to_numpy(dtype=float)
    shift = _shift(likings[asked["number"].to_numpy()], instructor)
    latent = LOADING * factor[:, None] + np.sqrt(1 - LOADING**2) * rng.normal(size=(many, items)) + shift
    reverse = np.array([item[2] for item in ITEMS])
    score = category(latent, CUTS)
    score = np.where(reverse, 6 - score, score)
    at = moments(world.days, day, rng.integers(17 * 60 + 30, 22 * 60, many))
    writes = np.zeros((many, items), dtype=bool)
    writes[:, -1] = rng.random(many) < WRITES_SHARE  # at the end there is room for a word
    words = _words(many, rng)
    ids = np.array([one.training_id for one in held], dtype=object)
    rows = pd.DataFrame(
        {
            "training_id": np.repeat(ids[asked["number"]], items),
            "session_id": np.repeat(asked["session_id"].to_numpy(), items),
            "respondent_id": np.repeat(asked["staff_id"].to_numpy(), items),
            "item": np.tile(np.array([item[0] for item in ITEMS], dtype=object), many),
            "dimension": np.tile(np.array([item[1] for item in ITEMS], dtype=object), many),
            "instructor_id": np.repeat(asked["instructor_id"].to_numpy(), items),
            "score": score.ravel().astype(float),
            "reverse_keyed": pd.array(np.tile(reverse, many), dtype="boolean"),
            "answered_at": np.repeat(at, items),
            "text": where_known(writes.ravel(), np.repeat(words, items)),
        }
    ).assign(scale_min=1.0, scale_max=5.0)
    recommending = _recommending(rows.iloc[::items], factor, likings[asked["number"].to_numpy()], rng)
    return pd.concat([rows, recommending], ignore_index=True)


def _words(many: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    words = some(TEXTS, many, rng)
    named = np.array([NAMED.format(name=name) for name in people(many, rng)], dtype=object)
    return np.where(rng.random(many) < 0.2, named, words)


def _recommending(rows: pd.DataFrame, factor: Floats, liking: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Return how likely each would recommend it, from 0 to 10: a row for each sheet, whose first rows are handed in."""
    likely = LOADING * factor + np.sqrt(1 - LOADING**2) * rng.normal(size=len(rows)) + liking
    return rows.assign(
        item=RECOMMENDS, dimension="recommendation", score=category(likely, RECOMMEND_CUTS) - 1.0, scale_min=0.0,
        scale_max=10.0, reverse_keyed=pd.array(np.zeros(len(rows), dtype=bool), dtype="boolean"), text=None,
    )  # fmt: skip


def answering(factor: Floats) -> Floats:
    """Return the probability of answering."""
    found: Floats = expit(ANSWERS_LOG_ODDS + ANSWERS_PER_FACTOR * factor)
    return found


def _factor(asked: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return what each thinks of the session: standard normal, partly her own of all sessions of the training."""
    person = asked.groupby(["number", "person"], sort=False).ngroup().to_numpy()
    own = rng.normal(size=person.max() + 1 if len(person) else 0)
    found: Floats = np.sqrt(PERSON_SHARE) * own[person] + np.sqrt(1 - PERSON_SHARE) * rng.normal(size=len(person))
    return found


def _shift(liking: npt.ArrayLike, instructor: npt.ArrayLike) -> Floats:
    """Return what is added to each latent answer: shape (asked, items)."""
    is_about = np.array([item[1] == "instructor" for item in ITEMS])
    return np.asarray(liking)[:, None] + np.asarray(instructor)[:, None] * is_about


def reaction_truth(programme: Programme, instructor_id: str) -> dict[str, float]:
    """Return what is expected of the answers after sessions of one instructor, reverse-keyed items turned round.

    `alpha` and `mean_score` are those of all who came, `alpha_answered` and `mean_answered` of those who answer; items
    are independent given the factor, so each follows from sums over it. `instructor_mean` is the mean of the two items
    about the instructor over all who came; `instructor_answered` the same and
    `promoter_score` (−1 to 1) of those who answer.
    """
    factor, weights = standard_normal()
    answered = weights * answering(factor)
    shift = _shift(np.array([programme.liking]), np.array([INSTRUCTORS[instructor_id]]))[0]
    items = [shown(LOADING * factor + one, np.sqrt(1 - LOADING**2), CUTS) for one in shift]
    means = np.stack([item.mean for item in items])
    return {
        "alpha": alpha(items, weights),
        "alpha_answered": alpha(items, answered),
        "mean_score": float((means @ weights).mean()),
        "mean_answered": float((means @ answered).mean() / answered.sum()),
        "instructor_mean": _about(items, weights),
        "instructor_answered": _about(items, answered / answered.sum()),
        "answer_rate": float(answered.sum()),
        "promoter_score": _promoters(factor, answered, programme.liking),
    }


def _promoters(factor: Floats, answered: Floats, liking: float) -> float:
    """Return the share of answers of 9 and 10 less that of 0 to 6."""
    mean, sd = LOADING * factor + liking, np.sqrt(1 - LOADING**2)
    score = norm.sf((RECOMMEND_CUTS[8] - mean) / sd) - norm.cdf((RECOMMEND_CUTS[6] - mean) / sd)
    return float(answered @ score / answered.sum())


def _about(items: list[Shown], weights: Floats) -> float:
    about = [
        item.mean @ weights for item, (_, dimension, _) in zip(items, ITEMS, strict=True) if dimension == "instructor"
    ]
    return float(np.mean(about))
