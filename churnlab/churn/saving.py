"""How is a trained model kept, and taken up again safely?"""

import json
import zipfile
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skops import io as skops

from churnlab.churn.encoding import Column, Dropped, Encoding
from churnlab.churn.model import ChurnModel
from churnlab.churn.model_card import model_card
from churnlab.churn.train import Trained
from churnlab.errors import InputError, StoreError
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES

FORMAT = 4
MODEL, RECORD = "model.skops", "model.json"
# All that a model file may name beside plain arrays; anything else is refused before it is built.
TRUSTED = ("churnlab.churn.model.ChurnModel",)


def save(trained: Trained, folder: Path, *, findings: tuple[Finding, ...] = ()) -> None:
    """Write a model, and beside it a card in each language that says what it is good for.

    Parameters
    ----------
    trained : Trained
        As `train` returned it.
    folder : pathlib.Path
        Made where it is missing; gets `model.skops`, `model.json`, `model-card.zh.md` and `model-card.en.md`.
    findings : tuple of Finding
        How good it was in a backtest: their sentences and caveats stand on the card.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(skops.dumps(trained.model))
    record = {"format": FORMAT, "churnlab": version("churnlab"), **_told(trained)}
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    for lang in LANGUAGES:
        card = model_card(trained, findings=findings, lang=lang)
        (folder / f"model-card.{lang}.md").write_text(card, encoding="utf-8")


def load(folder: Path) -> Trained:
    """Take up a model that `save` wrote.

    Nothing in the file is run: what is not a plain array or a `ChurnModel` is refused.

    Raises
    ------
    StoreError
        If there is no model, or one that another version wrote.
    InputError
        If a file is not what `save` writes, as a pickle.
    """
    record = _record(folder)
    file = folder / MODEL
    if not zipfile.is_zipfile(file):
        raise InputError("model.not_skops", file=file.name)
    try:
        foreign = sorted(set(skops.get_untrusted_types(file=file)) - set(TRUSTED))
        if foreign:
            raise InputError("model.untrusted", file=file.name, types=", ".join(foreign))
        model = skops.load(file, trusted=list(TRUSTED))
        return _trained(model, record)
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile):
        raise InputError("model.damaged", file=file.name) from None


def _told(trained: Trained) -> dict[str, Any]:
    told = {name: value for name, value in vars(trained).items() if name not in ("model", "encoding")}
    return {**told, "encoding": asdict(trained.encoding)}


def _record(folder: Path) -> dict[str, Any]:
    file = folder / RECORD
    if not file.exists() or not (folder / MODEL).exists():
        raise StoreError("model.none", folder=folder.name)
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise InputError("model.damaged", file=file.name) from None
    if not isinstance(record, dict):
        raise InputError("model.damaged", file=file.name)
    found, ours = (record.get("format"), record.get("churnlab")), (FORMAT, version("churnlab"))
    if found != ours:
        raise StoreError("model.version", found=_version(*found), ours=_version(*ours))
    return record


def _version(form: Any, churnlab: Any) -> str:
    return f"{churnlab or '?'} ({form or '?'})"


def _trained(model: ChurnModel, record: dict[str, Any]) -> Trained:
    told = record["encoding"]
    encoding = Encoding(
        features=tuple(told["features"]),
        columns=tuple(Column(**{**column, "levels": tuple(column["levels"])}) for column in told["columns"]),
        dropped=tuple(Dropped(**dropped) for dropped in told["dropped"]),
    )
    if not isinstance(model, ChurnModel) or model.n_features_in_ != len(encoding.columns):
        raise ValueError("model and record do not belong together")
    return Trained(
        model=model,
        encoding=encoding,
        left_out=tuple(record["left_out"]),
        months=tuple(date.fromisoformat(month) for month in record["months"]),
        tried=tuple((float(penalty), float(loss)) for penalty, loss in record["tried"]),
        **{name: record[name] for name in ("rows", "students", "events", "unit", "horizon_days", "level")},
    )
