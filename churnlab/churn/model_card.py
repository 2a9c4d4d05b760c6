"""What is this model for, what was it taught by, and where does it end?"""

from churnlab.churn.reasons import label
from churnlab.churn.train import Trained
from churnlab.finding import Finding
from churnlab.i18n import Lang, text

_PARTS = ("what", "taught", "how", "limits", "use")


def model_card(trained: Trained, *, findings: tuple[Finding, ...] = (), lang: Lang) -> str:
    """Return a model's card in Markdown.

    Parameters
    ----------
    trained : Trained
        The model.
    findings : tuple of Finding
        How good it was in a backtest; without them the card says that it was not judged.
    lang : {"zh", "en"}
        The reader's language.

    References
    ----------
    Mitchell M et al, Model Cards for Model Reporting, FAT* 2019.
    """
    facts = {
        "unit": trained.unit,
        "horizon_days": trained.horizon_days,
        "first_month": trained.months[0],
        "last_month": trained.months[-1],
        "months": len(trained.months),
        "rows": trained.rows,
        "students": trained.students,
        "events": trained.events,
        "penalty": trained.model.C,
        "columns": len(trained.encoding.columns),
    }
    lines = [f"# {text('model.card.title', lang)}", ""]
    for part in _PARTS:
        lines += [f"## {text(f'model.card.{part}_title', lang)}", "", text(f"model.card.{part}", lang, **facts), ""]
        if part == "taught":
            lines += [*_features(trained, lang), ""]
        if part == "how":
            lines += [*_judged(findings, lang), ""]
    return "\n".join(lines)


def _features(trained: Trained, lang: Lang) -> list[str]:
    kept = [name for name in trained.encoding.features if any(c.feature == name for c in trained.encoding.columns)]
    listed = [f"- {label(name).say(lang)} (`{name}`)" for name in kept]
    left_out = [
        text("model.card.same", lang, name=dropped.name, same_as=dropped.same_as)
        if dropped.same_as
        else text("model.card.constant", lang, name=dropped.name)
        for dropped in trained.encoding.dropped
    ]
    if trained.left_out:
        names = ", ".join(f"`{name}`" for name in trained.left_out)
        left_out.append(text("model.card.few_left", lang, features=len(trained.left_out), names=names))
    return [*listed, *(f"- {line}" for line in left_out)]


def _judged(findings: tuple[Finding, ...], lang: Lang) -> list[str]:
    said = [line for finding in findings for line in (finding.sentence(lang), *finding.warnings(lang))]
    return [f"- {line}" for line in said or [text("model.card.not_judged", lang)]]
