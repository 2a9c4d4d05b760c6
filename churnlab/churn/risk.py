"""Who will leave next, why, and how far can that be believed?"""

from functools import cache, cached_property

import pandas as pd

from churnlab.churn import fits
from churnlab.churn.call_list import at_risk_list
from churnlab.churn.calling.trial import held_out
from churnlab.churn.capacity import at_campuses, calls, calls_by_campus, calls_reach
from churnlab.churn.causes.beside import causes_beside
from churnlab.churn.caveats import of_all
from churnlab.churn.counts import chosen
from churnlab.churn.drivers import odds_ratios
from churnlab.churn.evaluation import Backtest, backtest
from churnlab.churn.judgement import baseline, calibration, discrimination
from churnlab.churn.outcome import episodes, settled_before
from churnlab.churn.panel import panel, scoring
from churnlab.churn.readable import price
from churnlab.churn.train import Settled, Trained, train
from churnlab.churn.yet_to_start import not_started, waiting
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding, attempt
from churnlab.tables.door import Data
from churnlab.tables.keeping import kept_frame


class Risk:
    """The model of one date with everything a report says of it; each part is worked out when first asked for.

    The model learns from all campuses; a campus's report lists its own students.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or None
        Whose students `at_risk` lists; None: all.
    """

    def __init__(self, data: Data, *, campus: str | None = None) -> None:
        self.data = data
        self.campus = campus

    @property
    def scope(self) -> str | None:
        """By which name answers about it are kept."""
        return self.campus

    @cached_property
    def panel(self) -> pd.DataFrame:
        """One row per month and student with us then: features and whether she churned within the horizon."""
        return kept_frame(self.data.keep, "panel", lambda: panel(self.data))

    @cached_property
    def trained(self) -> Trained:
        """The model as it stands now, taught by all settled months."""
        return fits.trained(
            self.data.keep,
            lambda: train(self.panel, settings=self.data.settings, settled=self._settled),
            self._judged,
        )

    @cached_property
    def backtest(self) -> Backtest:
        """What the model would have said in past months, each time knowing only what was known then."""
        return fits.backtest(
            self.data.keep, lambda: backtest(self.panel, settings=self.data.settings, settled=self._settled)
        )

    @cached_property
    def _settled(self) -> Settled:
        """For a month's first day, the first day whose ends were not all known then."""
        return cache(lambda month: settled_before(self.data.before(month.date())))

    def _judged(self) -> tuple[Finding, ...]:
        # The model is the same whichever campus's report has it made.
        found = (attempt(lambda: self._ranking), attempt(self._calibration))
        return tuple(finding for finding in found if len(finding.table))

    def at_risk(self) -> Finding:
        """List those most likely to churn within the horizon, each with her main reasons, and say if it is doubtful."""
        frame = scoring(self.data)
        places = episodes(self.data).drop_duplicates("unit_id", keep="last")[["unit_id", "campus", "course_id"]]
        if self.campus:
            here = places.loc[places["campus"] == self.campus, "unit_id"]
            frame, places = frame[frame["unit_id"].isin(here)], places.drop(columns="campus")
        if frame.empty:
            unit = self.data.settings.outcome.unit
            if self.campus:
                raise NotEnoughData("risk.nobody_here", unit=unit, campus=self.campus)
            raise NotEnoughData("risk.nobody", unit=unit)
        scored = self.trained.score(frame)
        reasons = self.trained.reasons(frame, n=self.data.settings.report.reasons_per_student)
        judged = attempt(lambda: self._ranking)
        apart = len(chosen(waiting(self.data), self.campus))
        back = held_out(self.data, scored["student_id"])
        return at_risk_list(
            scored,
            reasons,
            settings=self.data.settings,
            places=places,
            judged=judged,
            not_started=apart,
            held_out=back,
        )

    def not_started(self) -> Finding:
        """List those who have not come to a lesson yet though their start has passed, and how likely they will."""
        return not_started(self.data, campus=self.campus)

    def drivers(self) -> Finding:
        """Tell what goes with churn, the other features held equal."""
        return self._of_all(odds_ratios(self.panel, settings=self.data.settings))

    def discrimination(self) -> Finding:
        """Tell how well the model ranked leavers above stayers in past months."""
        return self._of_all(self._ranking)

    def calibration(self) -> Finding:
        """Tell whether as many left as it said."""
        return self._of_all(self._calibration())

    def baseline(self) -> Finding:
        """Tell what it is worth beside a single rule."""
        return self._of_all(baseline(self.backtest, settings=self.data.settings))

    def calls(self) -> Finding:
        """Tell how many of those whom the departments could have called would have left."""
        return self._of_all(calls(self._at_campuses, settings=self.data.settings))

    def calls_by_campus(self) -> Finding:
        """Tell the same of each campus."""
        return self._of_all(calls_by_campus(self._at_campuses, settings=self.data.settings))

    def calls_reach(self) -> Finding:
        """Tell what share of the leavers more or fewer calls would have reached."""
        return self._of_all(calls_reach(self._at_campuses, settings=self.data.settings))

    def causes_beside(self) -> Finding:
        """Set what leavers said beside what had raised their risk before they left."""
        return causes_beside(self.data, self.backtest, campus=self.campus)

    def price_of_reasons(self) -> Finding:
        """Tell how much better a model would be that cannot say why."""
        return self._of_all(price(self._at_campuses, settings=self.data.settings))

    @cached_property
    def _at_campuses(self) -> Backtest:
        return at_campuses(self.backtest, self.data)

    @cached_property
    def _ranking(self) -> Finding:
        return discrimination(self.backtest, settings=self.data.settings)

    def _calibration(self) -> Finding:
        return calibration(self.backtest, settings=self.data.settings)

    def _of_all(self, finding: Finding) -> Finding:
        return of_all(finding, self.campus, "model.all_campuses")
