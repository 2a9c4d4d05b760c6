"""In which language does the reader want to read?"""

from churnlab import i18n
from churnlab.errors import InputError
from churnlab.i18n import LANGUAGES, Lang


def use(lang: Lang) -> None:
    """Speak this language from here on (a notebook's second cell calls it).

    Parameters
    ----------
    lang : {"zh", "en"}
        The reader's language.

    Raises
    ------
    InputError
        If it is another one.
    """
    if lang not in LANGUAGES:
        raise InputError("language.unknown", told=lang, known=", ".join(LANGUAGES))
    i18n.use(lang)
