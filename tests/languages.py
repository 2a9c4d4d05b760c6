"""In which language is it said inside a block?"""

from collections.abc import Iterator
from contextlib import contextmanager

from churnlab import i18n
from churnlab.i18n import Lang


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Speak this language inside the block, and after it what was spoken before."""
    token = i18n._chosen.set(lang)
    try:
        yield
    finally:
        i18n._chosen.reset(token)
