"""What is a training worth, once its effect, its people, its time and its cost are known?

Arithmetic without data: each number that goes in has its own uncertainty, and none of these has any.
"""


def total_effect(*, gain_per_person_year: float, years: float, people: float, cost: float) -> float:
    """Return what is left of the gain of a training when it is paid: TE = (E2 − E1) · T · TS − C.

    Parameters
    ----------
    gain_per_person_year : float
        E2 − E1: the yearly margin that one of those trained brings more than she would have brought without it. The
        margin, not the sales; and against what would have been, not against what was before.
    years : float
        T: how long the skill lasts, 0 or more; of an effect that fades, the years of full effect that it adds up to.
    people : float
        TS: those trained who are still there; who left takes her skill along.
    cost : float
        C: fully loaded, in the same money.

    Returns
    -------
    float
        In the money of gain and cost; negative where the training was not worth its cost.

    Raises
    ------
    ValueError
        If years, people or cost are negative.
    """
    _not_negative(years=years, people=people, cost=cost)
    return gain_per_person_year * years * people - cost


def utility(*, people: float, years: float, effect_size: float, sd_of_worth: float, cost_per_person: float) -> float:
    """Return the utility of a training whose effect is known in standard deviations: U = T · N · d · SDy − N · C.

    Read it as an estimate under the assumption that the effect stays whole for all those years and nobody leaves. The
    standard deviation of what performance is worth is seldom measured: a result is no surer than it.

    Parameters
    ----------
    people : float
        N, those trained.
    years : float
        T, how long the effect lasts.
    effect_size : float
        d, true difference in performance between trained and untrained people in standard deviations, corrected for
        unreliable measures.
    sd_of_worth : float
        SDy, standard deviation of the yearly worth of performance among the untrained.
    cost_per_person : float
        C.

    Raises
    ------
    ValueError
        If people, years, the standard deviation or the cost are negative.

    References
    ----------
    Schmidt F L, Hunter J E, Pearlman K, Pers Psychol 1982;35:333–347.
    """
    _not_negative(sd_of_worth=sd_of_worth, cost_per_person=cost_per_person)
    return total_effect(
        gain_per_person_year=effect_size * sd_of_worth, years=years, people=people, cost=people * cost_per_person
    )


def benefit_cost_ratio(benefit: float, cost: float) -> float:
    """Return benefit over cost: above 1 a training is worth more than it cost. The return on investment is 1 less.

    Raises
    ------
    ValueError
        If there is no cost.
    """
    if not cost > 0:
        raise ValueError(f"a cost above 0 is needed, not {cost}")
    return benefit / cost


def return_on_investment(benefit: float, cost: float) -> float:
    """Return (benefit − cost) over cost: 0 where a training just pays for itself, 0.57 where 57 % are left over.

    Raises
    ------
    ValueError
        If there is no cost.

    References
    ----------
    Phillips J J, Return on Investment in Training and Performance Improvement Programs, 2nd ed., 2003. A case that
    calls 617,359 / 392,225 = 1.57 its return names the benefit-cost ratio: the return is 57 %.
    """
    return benefit_cost_ratio(benefit - cost, cost)


def break_even_gain(*, years: float, people: float, cost: float) -> float:
    """Return the yearly gain of a person at which a training just pays: what `total_effect` is 0 for.

    Raises
    ------
    ValueError
        If nobody is there for any time, or the cost is negative.
    """
    _not_negative(cost=cost)
    if not (years > 0 and people > 0):
        raise ValueError(f"years and people above 0 are needed, not {years} and {people}")
    return cost / (years * people)


def _not_negative(**numbers: float) -> None:
    for name, number in numbers.items():
        if not number >= 0:
            raise ValueError(f"{name} must be 0 or more, not {number}")
