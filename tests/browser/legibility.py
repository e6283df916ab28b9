"""Whether a page stays readable when readers change what it looks like: room, colours, motion.

Text spacing (WCAG 1.4.12), reflow (1.4.10) and larger text (1.4.4) are looked at in the same way: nothing
may be cut off, nothing may lie over something else. What a browser changes besides is asked for in
the ways that people have to ask for it: forced colours and less motion.
"""

from typing import Any, Final

from playwright.sync_api import Frame, Page

from tests.browser.accessibility import NARROW, enlarge, overflow

WIDE: Final = 1280
HEIGHT: Final = 800
_SPACING: Final = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
_BROKEN: Final = """() => {
    const seen = one => one.checkVisibility({opacityProperty: true, visibilityProperty: true});
    const wrong = [];
    const unseen = one => one.closest(".unseen, svg, option, textarea, .skip:not(:focus)");
    const named = one => (one.nodeType === 3 ? one.parentElement : one).outerHTML.slice(0, 160);
    // What hides the part of its content that does not fit.
    for (const one of document.querySelectorAll("body *")) {
        if (!seen(one) || unseen(one) || !one.textContent.trim()) continue;
        const style = getComputedStyle(one);
        const hides = axis => /hidden|clip/.test(style[axis]);
        if (hides("overflowX") && one.scrollWidth > one.clientWidth + 1
            || hides("overflowY") && one.scrollHeight > one.clientHeight + 1)
            wrong.push(`cut off: ${named(one)}`);
    }
    // A choice shows one line, and no more of it than there is room for.
    const pen = document.createElement("canvas").getContext("2d");
    for (const one of document.querySelectorAll("select")) {
        if (!seen(one) || one.selectedIndex < 0) continue;
        const style = getComputedStyle(one);
        pen.font = style.font;
        pen.letterSpacing = style.letterSpacing;
        pen.wordSpacing = style.wordSpacing;
        const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const words = one.selectedOptions[0].text;
        if (pen.measureText(words).width > room && room < 200)
            wrong.push(`a choice cut off: ${words}: ${named(one)}`);
    }
    // Words over words, or over the edge of the window. Lines stand closer than their letters are tall.
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
        const parent = node.parentElement;
        if (!node.data.trim() || unseen(parent) || !seen(parent)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            const spare = box.height / 3;
            if (box.width > 1 && box.height > 1)
                lines.push({node, left: box.left, right: box.right,
                    top: box.top + spare, bottom: box.bottom - spare});
        }
    }
    lines.sort((one, other) => one.top - other.top);
    lines.forEach((one, place) => {
        for (let next = place + 1; next < lines.length && lines[next].top < one.bottom; next += 1) {
            const other = lines[next];
            if (other.node !== one.node && other.left < one.right - 2 && one.left < other.right - 2)
                wrong.push(`words over words: ${named(one.node)} and ${named(other.node)}`);
        }
    });
    return [...new Set(wrong)].slice(0, 8);
}"""
_SMALL: Final = """() => {
    const targets = [...document.querySelectorAll(
        "a[href], button, summary, select, input:not([type=hidden]), textarea")]
        .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest(".unseen, .skip"))
        .map(one => {
            const label = /^(checkbox|radio)$/.test(one.type) && one.closest("label");
            return {one, box: (label || one).getBoundingClientRect()};
        });
    // In a sentence the line says how tall a target is: other words stand beside it, outside any target.
    const in_sentence = one => {
        const block = one.closest("p, li, dd, td, th, h1, h2, h3, figcaption, label");
        if (!block || getComputedStyle(one).display !== "inline") return false;
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());)
            if (/[\\p{L}\\p{N}]/u.test(node.data) && !node.parentElement.closest("a, button")) return true;
        return false;
    };
    const centre = box => [box.left + box.width / 2, box.top + box.height / 2];
    const gap = ([x, y], box) =>
        Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    const tiny = box => box.width < 24 || box.height < 24;
    return targets.filter(({one, box}) => tiny(box) && !in_sentence(one) && targets.some(other => {
        if (other.one === one || other.one.contains(one) || one.contains(other.one)) return false;
        const here = centre(box), there = centre(other.box);
        const apart = Math.hypot(here[0] - there[0], here[1] - there[1]);
        return gap(here, other.box) < 12 || tiny(other.box) && apart < 24;
    })).map(({one, box}) =>
        `${Math.round(box.width)} by ${Math.round(box.height)} pixels: ${one.outerHTML.slice(0, 160)}`);
}"""
_HIDDEN_FOCUS: Final = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const across = [0.1, 0.5, 0.9].map(part => box.left + part * box.width);
    const down = [0.1, 0.5, 0.9].map(part => box.top + part * box.height);
    const seen = across.some(x => down.some(y => {
        const top = document.elementFromPoint(x, y);
        return top && (one.contains(top) || top.contains(one) && !top.matches("body, html, main"));
    }));
    return {seen, html: one.outerHTML.slice(0, 160), last: one.id === "end-of-walk"};
}"""
_FORCED: Final = """() => {
    const wrong = [];
    const light = colour => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const contrast = (one, other) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const shown = one => one.checkVisibility({visibilityProperty: true});
    for (const one of document.querySelectorAll("svg rect")) {
        if (shown(one) && one.getBoundingClientRect().width > 0
            && contrast(getComputedStyle(one).fill, ground) < 3)
            wrong.push(`not to be seen: ${one.outerHTML.slice(0, 160)}`);
    }
    for (const one of document.querySelectorAll(
        "button, .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea")) {
        const style = getComputedStyle(one);
        if (!shown(one) || one.matches(".link") || one.closest(".unseen")) continue;
        if (parseFloat(style.borderTopWidth) < 1 || contrast(style.borderTopColor, ground) < 3)
            wrong.push(`without an edge: ${one.outerHTML.slice(0, 160)}`);
    }
    // What is chosen, or where one is, shows by more than a ground.
    for (const one of document.querySelectorAll("[aria-pressed=true], nav [aria-current]")) {
        const style = getComputedStyle(one);
        const sign = getComputedStyle(one, "::before").content;
        const marked = Number(style.fontWeight) >= 600 || sign !== "none";
        if (shown(one) && !marked) wrong.push(`shown by colour alone: ${one.outerHTML.slice(0, 160)}`);
    }
    return wrong;
}"""
_MOVING: Final = """() => [...document.querySelectorAll("*")].filter(one => {
    const style = getComputedStyle(one);
    return style.transitionDuration.split(",").some(part => parseFloat(part) > 0)
        || style.animationName !== "none" || style.scrollBehavior === "smooth";
}).map(one => `moves: ${one.outerHTML.slice(0, 160)}`).slice(0, 5)"""


def space_out(page: Page | Frame) -> None:
    """Text set as WCAG 1.4.12 lets readers set it; by script, which the page's policy does not bind."""
    page.evaluate(_SPACING)


def broken(page: Page | Frame) -> list[str]:
    """What is cut off or lies over something else, each finding one line."""
    found: list[str] = page.evaluate(_BROKEN)
    return found


def small_targets(page: Page | Frame) -> list[str]:
    """What is smaller than 24 pixels, in no sentence, and too near to another target (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(_SMALL)
    return found


def without_room(page: Page) -> list[str]:
    """What breaks on the page that is open: as it is, spaced out, and twice as large; wide and narrow."""
    wrong: list[str] = []

    def look(how: str, *widths: int) -> None:
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found = (*broken(page), *overflow(page), *small_targets(page))
            wrong.extend(f"{how} at {width}: {one}" for one in found)

    look("as it is", WIDE, NARROW)
    space_out(page)
    look("spaced out", WIDE, NARROW)
    page.evaluate("document.adoptedStyleSheets = []")
    enlarge(page)
    look("twice as large", WIDE, 2 * NARROW)
    return wrong


def hidden_focus(page: Page, limit: int = 400) -> list[str]:
    """Stops of the Tab key that something else covers whole (WCAG 2.4.11)."""
    page.evaluate("document.activeElement && document.activeElement.blur(); scrollTo(0, 0)")
    wrong, first = [], None
    for _ in range(limit):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate(_HIDDEN_FOCUS)
        if focused is None or focused["html"] == first:
            break
        first = first or focused["html"]
        if not focused["seen"]:
            wrong.append(f"focus covered: {focused['html']}")
    return wrong


def forced(page: Page | Frame) -> list[str]:
    """What cannot be told any more when the system sets all colours."""
    found: list[str] = page.evaluate(_FORCED)
    return found


def moving(page: Page | Frame) -> list[str]:
    """What moves although less motion is asked for."""
    found: list[str] = page.evaluate(_MOVING)
    return found
