import pytest

from churnlab.synthetic import Institution, Made, make


@pytest.fixture(scope="session")
def made() -> Made:
    return make(Institution(students=600, seed=11))


@pytest.fixture(scope="session")
def simple() -> Made:
    return make(Institution(students=1500, seed=11, simple=True))
