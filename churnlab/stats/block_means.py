"""How sure is a person's mean over months that are like each other?"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def block_means(values: ArrayLike, people: ArrayLike, blocks: ArrayLike) -> pd.DataFrame:
    """Return each person's mean and its standard error, from how much blocks of a person's values differ.

    Neighbouring months are alike, so that the plain standard error of their mean is too small. Blocks of some months
    (quarters) are nearly independent of each other; how far a person's blocks lie from her mean says how sure the mean
    is. Few people have enough blocks for that, so their variance is taken to be the same for all and is pooled: the
    variance of one value as it acts in a mean is Σ mᵢ (block mean − person's mean)² / Σ (blocks − 1), mᵢ values in the
    block, and a person's error the root of it over her number of values.

    Blocks must be some times as long as the likeness lasts: of months that correlate by 0.5, blocks of three still give
    a fifth too little. Do not trust it where a person's level changed for good within the time: the change is counted
    as error of all.

    Parameters
    ----------
    values : array_like, shape (n,)
        Without missing values.
    people, blocks : array_like, shape (n,)
        Whose value it is, and of which block.

    Returns
    -------
    pandas.DataFrame
        One row a person, by id: `person`, `mean`, `error` (NaN where nobody has two blocks), `n` values, `blocks`.

    References
    ----------
    Conway R W, Manag Sci 1963;10:47–61, batch means; Searle S R, Casella G, McCulloch C E, Variance Components, 1992,
    section 3.6, the pooled within-group mean square.
    """
    told = pd.DataFrame({"value": np.asarray(values, dtype=float), "person": people, "block": blocks})
    of_block = told.groupby(["person", "block"], as_index=False)["value"].agg(["mean", "size"])
    found = told.groupby("person", as_index=False)["value"].agg(["mean", "size"])
    found = found.merge(of_block.groupby("person").size().rename("blocks").reset_index(), on="person")
    off = of_block["mean"] - of_block["person"].map(found.set_index("person")["mean"])
    freedom = int((found["blocks"] - 1).sum())
    square = float((of_block["size"] * off**2).sum()) / freedom if freedom else np.nan
    found = found.rename(columns={"size": "n"}).assign(error=lambda table: np.sqrt(square / table["n"]))
    return found[["person", "mean", "error", "n", "blocks"]]
