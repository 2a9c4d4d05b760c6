"""By which id is each person known, and who of the staff has to do with whom?"""

import numpy as np
import numpy.typing as npt

from churnlab.synthetic.state import World

Ints = npt.NDArray[np.int64]


def student_ids(world: World) -> npt.NDArray[np.object_]:
    """Return the ids of all students; they begin with a zero, as ids do that a spreadsheet spoils."""
    width = max(6, len(str(len(world.students))) + 1)
    return np.array([f"{number:0{width}d}" for number in range(1001, 1001 + len(world.students))], dtype=object)


def with_role(world: World, role: str) -> npt.NDArray[np.object_]:
    """Return the ids of two of the staff with this role, by campus."""
    staff, names = world.place.staff, world.institution.campus_names
    ids, campus = staff["staff_id"].to_numpy(), staff["campus"].to_numpy()
    has = staff["role"].to_numpy() == role
    return np.array([ids[has & (campus == name)][:2] for name in names], dtype=object)


def those_with_role(world: World, role: str, campus: Ints) -> npt.NDArray[np.object_]:
    """Draw an id of the staff with this role at each of these campuses."""
    table = with_role(world, role)
    return table[campus, world.rng.integers(0, table.shape[1], len(campus))]
