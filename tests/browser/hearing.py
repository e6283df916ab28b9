"""What a screen reader is told of a page: the tree that the browser hands to it, written down line by line.

Roles, names, states and descriptions come from Chromium's own accessibility tree, not from the markup. How a
screen reader puts them into words is its own affair, and that of a person who listens.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

FOLDER: Final = Path(__file__).parent / "heard"
# What is only structure to a program, and is not announced.
_SILENT: Final = frozenset(
    {"none", "generic", "InlineTextBox", "LineBreak", "RootWebArea", "paragraph", "ListMarker", "LabelText"}
    | {"LayoutTable", "time", "strong", "emphasis", "code", "SvgRoot", "Legend", "Abbr", "superscript"}
)
# Whose content is their name: it is not said twice.
_NAMED_BY_CONTENT: Final = frozenset({"link", "button", "heading", "option", "radio", "checkbox"})
_STATES: Final = ("pressed", "checked", "expanded", "required", "invalid", "disabled", "readonly", "live")

Node = dict[str, Any]


def told(page: Page) -> str:
    """The page as it is told from its top to its end, one thing a line, deeper things further in."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes: list[Node] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    known = {node["nodeId"]: node for node in nodes}
    return "\n".join(_lines(nodes[0], known, 0)) + "\n"


def differences(name: str, heard: str) -> list[str]:
    """Where what is told differs from what was written down; what was never written down is, now.

    A file that is deleted is made anew by the next run, for a person to read and to keep.
    """
    file = FOLDER / f"{name}.txt"
    if not file.exists():
        FOLDER.mkdir(exist_ok=True)
        file.write_text(heard, "utf-8")
        return [f"{file.name} is new: read it as somebody who listens, and keep it"]
    before = file.read_text("utf-8").splitlines()
    return list(difflib.unified_diff(before, heard.splitlines(), "written down", "told", lineterm="", n=1))


def unclear(heard: str) -> list[str]:
    """Lines that say too little to whoever hears them alone."""
    return [
        line.strip()
        for line in heard.splitlines()
        for role, name in [_role_and_name(line)]
        if role
        in ("link", "button", "textbox", "combobox", "radio", "checkbox", "image", "navigation", "region")
        and not any(letter.isalpha() for letter in name.replace("#", "n"))
    ]


def _role_and_name(line: str) -> tuple[str, str]:
    role, _, rest = line.strip().partition(" ")
    return role, rest.partition("”")[0]


def _lines(node: Node, known: dict[str, Node], depth: int) -> Iterator[str]:
    role = str(node.get("role", {}).get("value", ""))
    name = " ".join(str(node.get("name", {}).get("value", "")).split())
    deeper = depth
    if not node.get("ignored") and role not in _SILENT:
        if role == "StaticText":
            if name:
                yield f"{'  ' * depth}{name}"
            return
        yield f"{'  ' * depth}{_announced(node, role, name)}"
        deeper = depth + 1
    if role in _NAMED_BY_CONTENT and not node.get("ignored"):
        return
    for child in node.get("childIds", ()):
        if child in known:
            yield from _lines(known[child], known, deeper)


def _announced(node: Node, role: str, name: str) -> str:
    states = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    said = [role + (f" {states['level']}" if role == "heading" else "")]
    if name:
        said.append(f"“{name}”")
    said += [
        f"{state}: {value}" if value not in (True, "true") else state
        for state in _STATES
        if (value := states.get(state)) not in (None, False, "false", "off") or (state == "pressed" and value)
    ]
    if role == "list":
        said.append(f"of {sum(1 for _ in node.get('childIds', ()))}")
    value = node.get("value", {}).get("value")
    if value not in (None, "") and value != name:
        said.append(f"with “{value}”")
    description = " ".join(str(node.get("description", {}).get("value", "")).split())
    if description:
        said.append(f"– {description}")
    return " ".join(said)
