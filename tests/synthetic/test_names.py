"""Do people who do not exist have names and phones of their own?"""

import numpy as np

from churnlab.synthetic.names import GIVEN, RARE, SURNAMES, people, phones, surnames
from churnlab.tables.pseudonym import normal_phone
from churnlab.tables.scrubbing import holds_number_of_a_person


def test_a_name_is_a_surname_and_one_or_two_characters():
    drawn = people(2000, np.random.default_rng(1))
    assert {len(name) for name in drawn} == {2, 3}
    assert {name[0] for name in drawn} <= set(SURNAMES)
    assert {mark for name in drawn for mark in name[1:]} <= set(GIVEN)


def test_common_surnames_are_commoner():
    drawn = surnames(20_000, np.random.default_rng(1)).tolist()
    assert drawn.count("王") > 2 * drawn.count("刘") > 2 * drawn.count("钱")


def test_every_phone_is_a_mobile_number_of_its_own():
    drawn = phones(5000, np.random.default_rng(1))
    assert len(set(drawn)) == 5000
    assert all(normal_phone(phone) == phone and holds_number_of_a_person(phone) for phone in drawn)


def test_the_rare_character_is_one_that_gbk_lacks():
    assert RARE.encode("gb18030").decode("gb18030") == RARE
    assert RARE.encode("gbk", errors="ignore") == b""
