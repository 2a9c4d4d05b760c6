"""Does the coder learn what words tell, and say nothing of what it has not seen?"""

import numpy as np
from scipy.sparse import csr_matrix

from churnlab.churn.causes.coder import Coder

# Four words: 贵 (only price), 老师 (only teacher), 了 (both alike), 冷 (no text).
LEARNED = csr_matrix(np.array([[1, 0, 1, 0]] * 6 + [[0, 1, 1, 0]] * 6, dtype=float))
CODES = ["price"] * 6 + ["teacher"] * 6


def test_a_word_tells_the_code_that_it_went_with():
    codes, chance = Coder(least=2).fit(LEARNED, CODES).likeliest(csr_matrix([[1.0, 0, 0, 0], [0, 1.0, 0, 0]]))
    assert codes.tolist() == ["price", "teacher"]
    assert (chance > 0.8).all()


def test_a_word_of_both_tells_neither():
    found = Coder(least=2).fit(LEARNED, CODES).probabilities(csr_matrix([[0, 0, 1.0, 0]]))
    np.testing.assert_allclose(found, [[1 / 2, 1 / 2]], atol=1e-4)


def test_of_unknown_words_nothing_is_said():
    codes, chance = Coder(least=2).fit(LEARNED, CODES).likeliest(csr_matrix([[0, 0, 0, 1.0], [0, 0, 0, 0.0]]))
    assert codes.tolist() == [None, None]
    assert chance.tolist() == [0, 0]


def test_a_code_with_too_few_texts_is_never_given():
    coder = Coder(least=3).fit(LEARNED[:-4], CODES[:-4])
    assert coder.codes_.tolist() == []
    assert coder.likeliest(LEARNED)[0].tolist() == [None] * 12


def test_among_some_codes_only_those_are_given():
    among = np.array([[False, True], [False, False]])
    codes, chance = Coder(least=2).fit(LEARNED, CODES).likeliest(LEARNED[:2], among)
    assert codes.tolist() == ["teacher", None]
    assert chance.tolist() == [1, 0]
