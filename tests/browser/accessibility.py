"""What a machine can check of WCAG 2.2 AA on a page that is open in the browser.

axe-core knows the rules for names, roles, contrast, landmarks, headings and sizes of targets; what it
cannot see by looking at one state of a page is added here: reflow (1.4.10), larger text (1.4.4) and
where the focus goes (2.1.1, 2.1.2, 2.4.3, 2.4.7).
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Frame, Page

NARROW: Final = 320
"""CSS pixels: 1280 at 400 %, the width of WCAG 1.4.10."""
WIDE: Final = 1280
HEIGHT: Final = 800
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = """async ([source, tags, rules]) => {
    if (!window.axe) (0, eval)(source);
    const options = rules ? {runOnly: {type: "rule", values: rules}}
        : {runOnly: {type: "tag", values: tags},
           rules: {"target-size": {enabled: true}, "color-contrast-enhanced": {enabled: true}}};
    const found = await axe.run(document, {...options, resultTypes: ["violations"]});
    return found.violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary.replace(/\\s+/g, " ")})`));
}"""
_OVERFLOW: Final = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const scrolls = element => { for (let one = element; one; one = one.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX) && one !== document.body
            && one !== document.documentElement) return true; return false; };
    const found = [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > wide + 1 && !scrolls(one))
        .map(one => `wider than ${wide} pixels: ${one.outerHTML.slice(0, 160)}`).slice(0, 5);
    // It may be something inside a box that scrolls, but placed by the page.
    return found.length ? found : [`the page is wider than ${wide} pixels, by nothing that stands in it`];
}"""
_FOCUSABLE: Final = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
    .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
        && !(one.type === "radio" && one !== (group => group.find(other => other.checked) || group[0])(
            [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(one.name)}"]`)])))
    .length"""
# A page may begin with the focus in its midst, as one that refuses does; a walk would go on from there.
_FROM_THE_TOP: Final = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    document.activeElement.blur();
    scrollTo(0, 0);
}"""
_PARTS: Final = 8
"""Stops in a field for an instant, at most: its numbers and what opens the calendar."""
_FOCUSED: Final = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    window.__seen = window.__seen || new Map();
    if (!window.__seen.has(one)) window.__seen.set(one, window.__seen.size);
    return {
        at: window.__seen.get(one), html: one.outerHTML.slice(0, 160),
        shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
            || style.boxShadow !== "none",
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        order: one.tabIndex, parts: one.type === "datetime-local",
    };
}"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")


def violations(page: Page | Frame, *rules: str) -> list[str]:
    """What axe finds on a page, or one of its frames, in its present state: each finding one line.

    Of some rules only, where any are named. The source is evaluated by the browser's debugger, so
    that the policy of the page holds for everything but the test.
    """
    found: list[str] = page.evaluate(_RUN.replace("(0, eval)(source)", _axe()), [None, _TAGS, rules or None])
    return found


def overflow(page: Page | Frame) -> list[str]:
    """What makes a page scroll sideways, though it stands in no area that scrolls by itself."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def enlarge(page: Page | Frame) -> None:
    """Twice the size of text, as somebody sets it in the browser."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def tabbed(page: Page) -> list[str]:
    """What is wrong with a walk through a page by the Tab key, from its top to its end.

    Each stop must be seen, and shown as the one that has the focus; none may hold it, none jumps
    the queue, and all that can be used is reached.
    """
    page.evaluate(_FROM_THE_TOP)
    wrong: list[str] = []
    stops: dict[int, str] = {}
    expected: int = page.evaluate(_FOCUSABLE)
    # A field for an instant has a stop for each of its parts.
    parts = _PARTS * page.locator("input[type=datetime-local]").count()
    for _ in range(expected + parts + 5):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate(_FOCUSED)
        if focused is None:
            break
        if focused["at"] in stops:
            if focused["parts"]:
                continue
            break
        stops[focused["at"]] = focused["html"]
        for name, problem in (("shown", "focus not visible"), ("inside", "focus out of sight")):
            if not focused[name]:
                wrong.append(f"{problem}: {focused['html']}")
        if focused["order"] > 0:
            wrong.append(f"an order of its own: {focused['html']}")
    if len(stops) < expected:
        wrong.append(f"{len(stops)} of {expected} reached, the last: {list(stops.values())[-1:]}")
    return wrong


def looked_at(page: Page, path: str) -> list[str]:
    """What is wrong with the page that is open, in each state in which somebody may meet it.

    All rules once; again those that depend on colours in the dark, on room in a narrow window, and
    whether anything runs over there, with text as it is and twice its size.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    wrong = [f"{path}: {one}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    narrow = (*violations(page, "color-contrast", "color-contrast-enhanced", "target-size"), *overflow(page))
    wrong += [f"{path} dark at {NARROW}: {one}" for one in narrow]
    enlarge(page)
    page.set_viewport_size({"width": 2 * NARROW, "height": HEIGHT})
    return wrong + [f"{path} at 200 %: {one}" for one in overflow(page)]
