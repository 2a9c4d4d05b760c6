"""Which training answered which level's question with yes?"""

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import Lang, language
from churnlab.plots import style
from churnlab.wording import Said

# Only what is sure has a colour, and the words say all that colours do.
_FILL = {"yes": "#8fb8d6", "no": "#eeb593", "open": "#eceff2", "change": "#eceff2", "doubtful": "#eceff2"}
_ROW_INCHES, _MARGIN_INCHES = 0.3, 0.4


def level_grid(finding: Finding, *, lang: Lang | None = None, ax: Axes | None = None) -> Axes:
    """Draw a row a training and a column a level, the answer in each cell; what nobody asked is blank.

    Parameters
    ----------
    finding : Finding
        As `levels.all`.
    lang : {"zh", "en"}, optional
        Default: the language in use.
    ax : matplotlib Axes, optional
        Default: a new one.
    """
    lang = lang or language()
    table = finding.table
    columns = [str(name) for name in table if str(name).endswith("_level") and table[name].notna().any()]
    ax = ax or plt.subplots(figsize=(style.WIDTH_INCHES, _MARGIN_INCHES + _ROW_INCHES * len(table)))[1]
    for place, column in enumerate(columns):
        for row, said in enumerate(table[column]):
            if isinstance(said, Said):
                fill = _FILL.get(said.key.rpartition(".")[2], "white")
                ax.add_patch(Rectangle((place, row), 1, 1, facecolor=fill, edgecolor="white", linewidth=1.5))
                ax.text(place + 0.5, row + 0.5, said.say(lang), ha="center", va="center", fontsize=7.5, color=style.INK)
    names = [
        style.label(f"{training_id} {name}", longest=28)
        for training_id, name in zip(table["training_id"], table["training_name"], strict=True)
    ]
    ax.set(xlim=(0, len(columns)), ylim=(len(table), 0))
    ax.set_yticks([row + 0.5 for row in range(len(table))], names)
    ax.set_xticks([place + 0.5 for place in range(len(columns))], [wording.header(name, lang) for name in columns])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    return ax
