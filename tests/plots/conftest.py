"""Charts are drawn into memory, in our style, and closed."""

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from churnlab.plots import style

mpl.use("Agg")


@pytest.fixture
def styled() -> Iterator[None]:
    """Draw in our style, as a notebook does after its second cell."""
    with style.styled():
        yield


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Leave no figure behind, and find none."""
    plt.close("all")
    yield
    plt.close("all")
