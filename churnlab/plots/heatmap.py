"""Which cohorts stay, and until when?"""

import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language, text
from churnlab.plots import style

# One hue from light to dark: read in grey print and by colour-blind readers alike; the numbers stand in the cells.
# None is so dark that they could not be read.
_COLOURS = sns.light_palette("#5b93bd", as_cmap=True)
_ROW_INCHES, _MARGIN_INCHES = 0.2, 0.75


def cohorts(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share still here by cohort and months since entry, in percent; what is not known yet is blank.

    Parameters
    ----------
    finding : Finding
        With `cohort`, `months_since_entry`, `still_here_share`, `entered`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    size = table.drop_duplicates("cohort").set_index("cohort")["entered"]
    shares = table.pivot(index="cohort", columns="months_since_entry", values="still_here_share").loc[size.index]
    height = _MARGIN_INCHES + _ROW_INCHES * len(shares)
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, height))[1]
    least = float(table["still_here_share"].min())
    sns.heatmap(
        100 * shares, ax=ax, annot=True, fmt=".0f", cmap=_COLOURS, vmin=100 * least, vmax=100, cbar=False,
        linewidths=0.6, linecolor="white", annot_kws={"fontsize": 8, "color": style.INK},
    )  # fmt: skip
    names = [text("plot.cohort", lang, cohort=name, n=n) for name, n in size.items()]
    ax.set_yticks([at + 0.5 for at in range(len(names))], names, rotation=0)
    ax.set_xticks([at + 0.5 for at in range(shares.shape[1])], [str(months) for months in shares], rotation=0)
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.set(ylabel="", xlabel=wording.header("months_since_entry", lang))
    return ax
