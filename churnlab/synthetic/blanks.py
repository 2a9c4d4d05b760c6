"""What stands where nothing is known?"""

from typing import Any

import numpy as np
import numpy.typing as npt


def where_known(known: npt.ArrayLike, values: Any) -> npt.NDArray[np.object_]:
    """Return the values where they are known, None elsewhere."""
    found = np.full(len(np.asarray(known)), None, dtype=object)
    mask = np.asarray(known, dtype=bool)
    found[mask] = np.broadcast_to(np.asarray(values, dtype=object), found.shape)[mask]
    return found
