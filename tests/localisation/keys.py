"""Which keys the code uses: those it names, and those it puts together from the domain's words."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from consultation.application.debates import DebateEdit
from consultation.application.ports import SignInMethod
from consultation.application.readers import ContributionSort, ReplySort
from consultation.domain.actors import Capacity
from consultation.domain.erasure import ErasureMode
from consultation.domain.held import HeldState
from consultation.domain.keys import Scope
from consultation.domain.moderation import CaseState, Ground, Measure
from consultation.domain.notices import OWED, NewsKind, NoticeKind
from consultation.domain.participation import SpeaksAs
from consultation.domain.permissions import Act
from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.voting import VoteValue
from consultation.domain.webhooks import EVENTS, PING
from consultation.localisation.catalogues import LOCALES
from consultation.localisation.problems import PROBLEM_CODES
from consultation.persistence.privacy import HOLDINGS
from consultation.web.causes import CAUSES
from consultation.web.routes.desk_debates import DONE as DESK_DONE
from consultation.web.routes.desk_organisation import DONE as SETTINGS_DONE
from consultation.web.routes.desk_rules import CAPS, LENGTHS
from consultation.web.view import DONE

PACKAGE = LOCALES.parents[1]
ASKING = {"text", "plural"}
PERIOD_ACTS = ("planned", "imported", "extended", "closed_early", "reopened")
CHECKING = {"check_text", "check_link", "_absent"}
IN_TEMPLATE = re.compile(r"""\b(?:text|plural|wordings|with_html)\(\s*["']([^"']*[^"'.])["']""")


@cache
def trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py")))


def speaks(tree: ast.Module) -> bool:
    """Has this module `text` and `plural` from here, rather than others of these names?"""
    words = "consultation.localisation.words"
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == words)
        or (isinstance(node, ast.FunctionDef) and node.name == "plural")
        for node in tree.body
    )


def calls(names: set[str], among: Iterable[ast.Module]) -> Iterator[str]:
    """The literal first arguments of calls of functions or methods with these names."""
    for tree in among:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0] if node.args else None
            if called in names and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def templates() -> Iterator[Path]:
    for suffix in ("html", "txt", "xml", "jinja"):
        yield from PACKAGE.rglob(f"*.{suffix}")


def asked() -> set[str]:
    """The keys that modules and templates ask for by name."""
    in_templates = {key for path in templates() for key in IN_TEMPLATE.findall(path.read_text("utf-8"))}
    return {*calls(ASKING, filter(speaks, trees())), *in_templates}


def literals() -> set[str]:
    """Every text constant of the code: a key may be kept in a table before it is asked for."""
    return {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def fields() -> set[str]:
    """The fields of requests that rules speak of."""
    everything: Any = SimpleNamespace(**dict.fromkeys(DebateEdit.__dataclass_fields__, ""))
    drafts = DebateEdit.fields_of_drafts(everything)
    # Fields that rules refuse by value, not by length.
    values = {"accent", "capacity", "image", "participation"}
    return {*calls(CHECKING, trees()), *drafts, *values} - {""}


def archive_words() -> set[str]:
    """What the archive's sections and fields are called. A new one may go by its own name."""
    fields = {name for holding in HOLDINGS for name in holding.shown} | {"debate", "debate_title"}
    sections = {holding.section for holding in HOLDINGS if holding.shown}
    words = {f"archive.field.{name}" for name in fields | {"organisation"}}
    return {key for key in words | {f"archive.section.{name}" for name in sections} if key in template()}


@cache
def template() -> frozenset[str]:
    """The keys of the templates."""
    texts = [path.read_text("utf-8") for path in sorted(LOCALES.glob("*.pot"))]
    return frozenset(key for one in texts for key in re.findall(r'^msgid "(.+)"$', one, re.MULTILINE))


def desk_words() -> set[str]:
    """What the pages of organisers and moderators put together."""
    steps = (Act.PUBLISH, Act.EXTEND, Act.CLOSE, Act.REOPEN)
    return {
        *(f"desk.done.{done}" for done in DESK_DONE),
        *(f"desk.settings.{done}" for done in SETTINGS_DONE),
        *(f"desk.confirm.{act}.do" for act in steps),
        *(f"desk.rules.length.{name}" for name in LENGTHS),
        *(f"desk.rules.cap.{name}" for name in CAPS),
        *(f"desk.scope.{scope}" for scope in Scope),
        *(f"desk.key.{state}" for state in ("usable", "expired", "revoked")),
        *(f"desk.webhook.{state}" for state in ("working", "failing", "disabled")),
        *(f"desk.event.{event}" for event in (*EVENTS, PING)),
        *(f"desk.cause.{cause}" for cause in CAUSES),
        *(f"desk.delivery.{state}" for state in ("pending", "delivered", "failed")),
        *(f"case.of.{kind}" for kind in PostKind),
        *(f"case.state.{state}" for state in CaseState),
        *(f"case.post.{state}" for state in (*PostState, HeldState.HELD, HeldState.REFUSED)),
        *(f"case.held.{kind}" for kind in PostKind),
        *(f"case.unpublished.{kind}" for kind in PostKind),
        *(f"case.measure.{measure}{end}" for measure in Measure for end in ("", ".do")),
    }


def composed() -> set[str]:
    """The keys that the code puts together, without the variants that a code need not have."""
    problems = {
        f"problem.{code}.{part}" for code in PROBLEM_CODES for part in ("title", "detail", "explanation")
    }
    return {
        *problems,
        *archive_words(),
        *(f"word.field.{name}" for name in fields()),
        *(f"word.kind.{kind}" for kind in PostKind),
        *(f"word.act.{act}" for act in Act),
        *(f"word.cause.{cause}" for cause in ("expired", "revoked", "rotated")),
        *(f"word.role.{capacity}" for capacity in Capacity),
        *(f"word.capacity.{capacity}" for capacity in SpeaksAs),
        *(f"word.state.{state}" for state in CaseState),
        *(f"page.sort.{sort}" for sort in ContributionSort),
        *(f"page.sort_replies.{sort}" for sort in ReplySort),
        *(f"page.side.{side}" for side in Side),
        *(f"page.act.{act}" for act in PERIOD_ACTS),
        *(f"page.privacy.{unit}" for unit in ("months", "days", "hours")),
        *(f"page.revisions.{part}" for part in ("title", "body", "link")),
        *(f"page.ground.{ground}" for ground in Ground),
        *desk_words(),
        *(f"part.report.{ground}" for ground in Ground),
        *(f"part.done.{done}" for done in DONE),
        *(f"part.argue.do.{side}" for side in Side),
        *(f"part.vote.{value}" for value in VoteValue),
        *(f"account.kind.{kind}" for kind in PostKind),
        *(f"account.gone.{state}" for state in PostState if state is not PostState.VISIBLE),
        *(f"account.state.{state}" for state in PostState if state is not PostState.VISIBLE),
        *(f"account.session.{method}" for method in SignInMethod),
        *(f"account.erase.{mode}" for mode in ErasureMode),
        *(f"account.notice.{kind}" for kind in NoticeKind),
        *(f"account.held.state.{state}" for state in HeldState),
        *(f"account.measure.{measure}" for measure in Measure),
        *(f"word.ground.{ground}" for ground in Ground),
        *(f"mail.news.{kind}" for kind in NewsKind),
        *(f"mail.measure.{measure}" for measure in Measure),
        *(f"mail.{kind}.{part}" for kind in NoticeKind for part in ("subject", "lead")),
        *(f"mail.{kind}.held.{part}" for kind in sorted(OWED) for part in ("subject", "lead")),
    }
