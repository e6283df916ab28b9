"""One opinion, argument or source of Cap Collectif's API, read field by field."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from consultation.application.imported import ImportedTheme, ReportedTally
from consultation.domain.limits import DEFAULT_LIMITS
from consultation.domain.posts import PostState, Side
from consultation.domain.texts import check_link, tidy_line
from consultation.exchange.importers.cleaning import REPLACED, replace_forbidden, slug_of
from consultation.exchange.importers.html_to_markdown import html_to_markdown
from consultation.exchange.importers.json_fields import Fields
from consultation.exchange.importers.ledger import FieldWrongError
from consultation.exchange.importers.markdown_text import escape, heading, plain_text

_SIDES: Final = {1: Side.PRO, 0: Side.CONTRA}


@dataclass(frozen=True, slots=True)
class Item:
    """What an item says, and what there is to note about it, by the pointer to the field.

    Every reading method raises FieldWrongError for a field that does not fit.
    """

    fields: Fields
    notes: list[tuple[str, str]] = field(default_factory=list)

    def note(self, name: str, text: str) -> None:
        """Something to know about a field."""
        self.notes.append((self.fields.at(name), text))

    def author(self) -> tuple[str | None, str | None]:
        """Reference and display name of the author; None twice when the account is gone."""
        if not self.fields.has("author"):
            return None, None
        author = self.fields.child("author")
        name = self._clean("author", tidy_line(author.text("displayName")))
        return f"user:{self._clean('author', author.text('uniqueId'))}", name or None

    def title(self) -> str:
        """The title, on one line."""
        return self._clean("title", tidy_line(self.fields.text("title")))

    def plain_body(self) -> str:
        """A body that is plain text."""
        body = plain_text(self._clean("body", self.fields.text("body")))
        if not body:
            self.note("body", "is empty")
        return body

    def html_body(self) -> str:
        """The body of an opinion, which is HTML, and its appendices under their own headings."""
        parts = [self._html(self.fields)]
        if not parts[0]:
            self.note("body", "is empty")
        appendices = self.fields.items("appendices") if self.fields.has("appendices") else []
        for position, value in enumerate(appendices):
            appendix = Fields.of(value, f"{self.fields.at('appendices')}/{position}")
            if appendix.has("body") and (text := self._html(appendix)):
                title = self._clean("appendices", tidy_line(appendix.child("type").text("title")))
                parts += [heading(escape(title, starts_line=True), level=2), text]
        if self.fields.has("modals") and (count := len(self.fields.items("modals"))):
            self.note("modals", f"{count} texts of law in windows of their own were not taken")
        return "\n\n".join(part for part in parts if part)

    def link(self) -> tuple[str | None, str]:
        """The address of a source, or else the text that stands in its place, as Markdown."""
        written = self.fields.text("link").strip()
        if check_link("link", written, DEFAULT_LIMITS.link_max).allowed:
            return written, ""
        self.note("link", "is no http or https address of at most 2,000 characters; kept as text")
        return None, plain_text(self._clean("link", written))

    def side(self) -> Side:
        """1 is for, 0 is against, and nothing else is known."""
        number = self.fields.number("type")
        if number not in _SIDES:
            raise FieldWrongError(self.fields.at("type"), "is neither 1 (for) nor 0 (against)")
        return _SIDES[number]

    def theme(self) -> ImportedTheme:
        """The section: its title is not unique and its subtitle is the name people read."""
        section = self.fields.child("type")
        label = section.text("title") if section.has("title") else ""
        name = self._clean("type", tidy_line(section.text("subtitle") if section.has("subtitle") else label))
        slug = slug_of(f"{section.number('id')} {name}")
        description = self._clean("type", tidy_line(label)) if section.has("subtitle") else ""
        return ImportedTheme(slug, name, description)

    def revised_at(self, created_at: datetime) -> datetime | None:
        """`updated_at` where it is later than the creation."""
        if not self.fields.has("updated_at"):
            return None
        updated_at = self.fields.instant("updated_at")
        if updated_at < created_at:
            seconds = (created_at - updated_at).total_seconds()
            self.note("updated_at", f"is {seconds:g} s before created_at, which is kept")
        return updated_at if updated_at > created_at else None

    def state(self) -> tuple[PostState, str | None]:
        """Trashed and disabled items are hidden; the API does not say since when."""
        if self.fields.flag("is_trashed", default=False):
            return PostState.HIDDEN, "trashed in the source"
        if not self.fields.flag("is_enabled", default=True):
            return PostState.HIDDEN, "disabled in the source"
        return PostState.VISIBLE, None

    def votes(self) -> ReportedTally | None:
        """The totals of an opinion, checked against their sum; None when one is missing."""
        agree, mixed, disagree = (
            self.fields.number_or_none(name) for name in ("votes_ok", "votes_mitige", "votes_nok")
        )
        if agree is None or mixed is None or disagree is None:
            self.note("votes_ok", "with votes_mitige and votes_nok are not three numbers; no totals")
            return None
        self.check_counter("votes_total", agree + mixed + disagree)
        source = "Cap Collectif API, votes_ok/votes_mitige/votes_nok"
        return ReportedTally(agree=agree, mixed=mixed, disagree=disagree, source=source)

    def support(self) -> ReportedTally | None:
        """The total of an argument or a source."""
        support = self.fields.number_or_none("votes_count")
        if support is None:
            self.note("votes_count", "is no number; no total")
            return None
        return ReportedTally(support=support, source="Cap Collectif API, votes_count")

    def check_counter(self, name: str, found: int) -> None:
        """Notes a counter that does not say what was found."""
        declared = self.fields.number_or_none(name)
        if declared != found:
            said = "is no number" if declared is None else f"says {declared}"
            self.note(name, f"{said}, found {found}")

    def _html(self, holder: Fields) -> str:
        converted = html_to_markdown(holder.text("body"))
        self.notes.extend((holder.at("body"), text) for text in converted.notes)
        return converted.markdown

    def _clean(self, name: str, text: str) -> str:
        cleaned, has_forbidden = replace_forbidden(text)
        if has_forbidden:
            self.note(name, REPLACED)
        return cleaned
