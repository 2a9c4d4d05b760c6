"""What does the code say, read as syntax?"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "churnlab"


@cache
def trees(folder: Path = PACKAGE) -> dict[str, ast.Module]:
    """Return every Python file below a folder, parsed, by its path from the project's."""
    files = sorted(folder.rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def nodes(folder: Path = PACKAGE) -> Iterator[tuple[str, ast.AST]]:
    """Walk every node of every file, with the file's name."""
    for file, tree in trees(folder).items():
        for node in ast.walk(tree):
            yield file, node


def ways(node: ast.AST) -> list[str]:
    """Return what a text in code may be, each way a regular expression: `f"error.{key}"` is `error\\.(.+)`.

    Of a choice both ends are given, not the question; of a tuple each part; of what is worked out elsewhere nothing.
    """
    if isinstance(node, ast.Constant):
        return [re.escape(node.value)] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(p.value) if isinstance(p, ast.Constant) else "(.+)" for p in node.values)]  # type: ignore[arg-type]
    if isinstance(node, ast.IfExp):
        return ways(node.body) + ways(node.orelse)
    return [way for part in node.elts for way in ways(part)] if isinstance(node, ast.Tuple) else []


def name(node: ast.AST) -> str:
    """Return the last name of what is called: `i18n.text` is `text`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
