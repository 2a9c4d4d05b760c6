"""Is a published folder whole?"""

from pathlib import Path

from churnlab.run.manifest import read, sha256


def is_whole(folder: Path) -> bool:
    """Tell whether a folder has a manifest and every file it names is there as it says."""
    said = read(folder)
    if said is None:
        return False
    files = {folder / name: told for run in said["runs"] for name, told in run["files"].items()}
    return all(
        file.is_file() and {"sha256": sha256(file), "bytes": file.stat().st_size} == told
        for file, told in files.items()
    )
