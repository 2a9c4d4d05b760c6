"""What does a markdown cell say?

Markdown becomes a tree of small dictionaries that the template sets. Text stays text all the way: nothing in it is ever
read as Typst, HTML or TeX. A formula is set as it was written; an image as its alternative text; HTML is dropped.

========= =======================================================
block     fields
========= =======================================================
heading   level, content
par       content
list      ordered, start, items (each a list of blocks)
quote     blocks
code      text
grid      align, head (contents), rows (of contents)
========= =======================================================

A content is a list of `text`, `strong`, `emph`, `strike`, `code`, `formula`, `link` (url, content) and `break`.
"""

import re
from html import unescape
from typing import Any

import mistune

Block = dict[str, Any]
Content = list[dict[str, Any]]

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…"
_BETWEEN_WIDE = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_INLINE = {"strong": "strong", "emphasis": "emph", "strikethrough": "strike"}
_LINKED = ("http://", "https://", "mailto:")


def blocks(markdown: str) -> list[Block]:
    """Return the blocks of a markdown text, in order."""
    parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "math"])
    tokens = parse(markdown)
    assert isinstance(tokens, list)
    return _blocks(tokens)


def plain(content: Content) -> str:
    """Return a content's bare text."""
    return "".join(item.get("text", "") + plain(item.get("content", [])) for item in content)


def _blocks(tokens: list[dict[str, Any]]) -> list[Block]:
    return [block for token in tokens if (block := _block(token))]


def _block(token: dict[str, Any]) -> Block | None:
    kind, attrs = token["type"], token.get("attrs", {})
    inside = token.get("children", [])
    if kind == "heading":
        return {"kind": "heading", "level": attrs["level"], "content": _content(inside)}
    if kind in ("paragraph", "block_text"):
        content = _content(inside)
        return {"kind": "par", "content": content} if plain(content).strip() else None
    if kind == "list":
        items = [_blocks(item["children"]) for item in inside]
        return {"kind": "list", "ordered": attrs["ordered"], "start": attrs.get("start", 1), "items": items}
    if kind == "block_quote":
        return {"kind": "quote", "blocks": _blocks(inside)}
    if kind == "table":
        return _grid(inside)
    if kind == "block_math":
        return {"kind": "par", "content": [{"kind": "formula", "text": token["raw"].strip()}]}
    return {"kind": "code", "text": token["raw"].rstrip("\n")} if kind == "block_code" else None


def _grid(parts: list[dict[str, Any]]) -> Block:
    head = parts[0]["children"]
    rows = [row["children"] for part in parts[1:] for row in part["children"]]
    return {
        "kind": "grid",
        "align": ["right" if cell["attrs"]["align"] == "right" else "left" for cell in head],
        "head": [_content(cell["children"]) for cell in head],
        "rows": [[_content(cell["children"]) for cell in row] for row in rows],
    }


def _content(tokens: list[dict[str, Any]]) -> Content:
    items = [_inline(token) for token in tokens if token["type"] != "inline_html"]
    joined: Content = []
    for item in items:
        if item["kind"] == "text" and joined and joined[-1]["kind"] == "text":
            joined[-1] = {"kind": "text", "text": joined[-1]["text"] + item["text"]}
        else:
            joined.append(item)
    return [item | {"text": _unbroken(item["text"])} if item["kind"] == "text" else item for item in joined]


def _unbroken(text: str) -> str:
    # A line that ends in Chinese goes on without a space.
    return _BETWEEN_WIDE.sub("", text).replace("\n", " ")


def _inline(token: dict[str, Any]) -> dict[str, Any]:
    kind, inside = token["type"], token.get("children", [])
    if kind in _INLINE:
        return {"kind": _INLINE[kind], "content": _content(inside)}
    if kind == "link" and token["attrs"]["url"].startswith(_LINKED):
        return {"kind": "link", "url": token["attrs"]["url"], "content": _content(inside)}
    if kind in ("link", "image"):
        return {"kind": "text", "text": plain(_content(inside))}
    if kind == "softbreak":
        return {"kind": "text", "text": "\n"}
    if kind == "linebreak":
        return {"kind": "break"}
    if kind in ("codespan", "inline_math"):
        return {"kind": {"codespan": "code", "inline_math": "formula"}[kind], "text": token["raw"]}
    return {"kind": "text", "text": unescape(token["raw"])}
