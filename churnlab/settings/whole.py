"""What does this institution mean by churn, and where do its thresholds lie?

One TOML file, `churnlab.toml`, read once and frozen. Every threshold has its unit in its name; its reason stands in
locale/*/settings.toml, from which `churnlab init` writes the file and the guide its page.
"""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from churnlab.errors import SettingsError
from churnlab.settings.behavior import Behavior
from churnlab.settings.causes import Causes
from churnlab.settings.churn import Calling, Features, Model, Outcome, Retention
from churnlab.settings.competing import Competing
from churnlab.settings.funnel import Funnel
from churnlab.settings.institution import Calendar, Institution, Paths, Report, Tables, Uncertainty
from churnlab.settings.kinds import Section
from churnlab.settings.kpis import Kpis
from churnlab.settings.learning import Learning
from churnlab.settings.loop import Loop
from churnlab.settings.needs import Needs
from churnlab.settings.people import People
from churnlab.settings.reaction import Reaction
from churnlab.settings.renewal import Renewal
from churnlab.settings.results import Results
from churnlab.settings.returns import Returns
from churnlab.settings.staff_outcomes import StaffOutcomes
from churnlab.settings.watching import Watching
from churnlab.settings.weekly import Weekly
from churnlab.toml_faults import not_toml, wrong

FILE = "churnlab.toml"


class Settings(Section):
    """Everything an institution decides; parameters of a report choose scope and never override these."""

    institution: Institution = Institution()
    calendar: Calendar = Calendar()
    outcome: Outcome = Outcome()
    features: Features = Features()
    model: Model = Model()
    retention: Retention = Retention()
    competing: Competing = Competing()
    funnel: Funnel = Funnel()
    causes: Causes = Causes()
    renewal: Renewal = Renewal()
    calling: Calling = Calling()
    weekly: Weekly = Weekly()
    watching: Watching = Watching()
    kpis: Kpis = Kpis()
    needs: Needs = Needs()
    people: People = People()
    results: Results = Results()
    staff_outcomes: StaffOutcomes = StaffOutcomes()
    loop: Loop = Loop()
    behavior: Behavior = Behavior()
    reaction: Reaction = Reaction()
    learning: Learning = Learning()
    returns: Returns = Returns()
    uncertainty: Uncertainty = Uncertainty()
    report: Report = Report()
    tables: Tables = Tables()
    paths: Paths = Paths()

    @classmethod
    def read(cls, file: Path) -> "Settings":
        """Read a settings file; a missing file means the defaults.

        Raises
        ------
        SettingsError
            If the file cannot be read, is no TOML, or has a key or value that is not known; all of them are named at
            once.
        """
        if not file.exists():
            return cls()
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("settings.not_toml", file=file.name, what=not_toml(error)) from None
        except OSError as error:
            raise SettingsError("settings.not_read", file=file.as_posix(), what=error.strerror) from None
        except ValidationError as error:
            raise SettingsError("settings.wrong", file=file.name, wrong=wrong(error, cls)) from None
