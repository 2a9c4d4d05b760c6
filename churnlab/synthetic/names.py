"""What are people called who do not exist?"""

import numpy as np
import numpy.typing as npt

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
GIVEN = tuple(
    "子涵宇轩梓欣怡浩然雨桐思远佳琪一诺俊杰诗雅晨曦嘉懿明哲若彤文博语嫣天佑可馨睿泽安致静姝承书瑶景行沐阳念知"
)
RARE = "𠮷"
"""A rare character (as 𠮷田) that GBK lacks; GB18030 has it."""


def surnames(many: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw family names, common ones more often."""
    weight = 1 / np.arange(2, len(SURNAMES) + 2)
    return np.array(SURNAMES, dtype=object)[rng.choice(len(SURNAMES), many, p=weight / weight.sum())]


def given(many: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw given names of one or two characters."""
    signs = np.array(GIVEN, dtype=object)
    second = np.where(rng.random(many) < 0.85, signs[rng.integers(0, len(signs), many)], "")
    return signs[rng.integers(0, len(signs), many)] + second


def people(many: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw whole names."""
    return surnames(many, rng) + given(many, rng)


def phones(many: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw different mobile numbers, 11 digits each, of number ranges as they are in use."""
    prefix = np.array(["138", "139", "136", "150", "158", "186", "188", "177", "199"], dtype=object)
    tail = rng.choice(100_000_000, many, replace=False)
    return prefix[rng.integers(0, len(prefix), many)] + np.array([f"{number:08d}" for number in tail], dtype=object)
