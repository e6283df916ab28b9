"""The closed debate of the demonstration as an archive, made from its texts.

The debate stands there as if it had been held elsewhere: two posts with the numbers they had,
and a journal that says when they were brought in. Ids and salts are hashes of fixed words, so
that the same texts give the same octets; what they guard is public anyway.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias
from uuid import UUID

import orjson
from pydantic import SecretStr

from consultation.application.exports import Record, Section
from consultation.application.imports import Imported, import_archive
from consultation.application.organisations import add_organisation
from consultation.application.ports import Transaction
from consultation.bootstrap import build
from consultation.cli.demo.script import Texts
from consultation.cli.demo.seed import LOCALE, TIME_ZONE, TOWN, TOWN_NAME, texts
from consultation.cli.failures import accepted
from consultation.domain.contents import debate_content, post_content
from consultation.domain.debates import Theme
from consultation.domain.decisions import Refused
from consultation.domain.journal import Canonical, Entry, EntryKind, digest_of, format_instant
from consultation.domain.limits import DEFAULT_LIMITS
from consultation.domain.period import Period, instant_of_local
from consultation.domain.posts import Post, PostKind, PostText, Side
from consultation.domain.texts import tidy
from consultation.exchange.debate_jsonl.lines import FORMAT, VERSION
from consultation.exchange.debate_jsonl.reading import read_debate_jsonl
from consultation.exchange.debate_jsonl.writing import export_debate
from consultation.persistence.bulk.reading import archive_of
from consultation.persistence.bulk.writing import bulk_store
from consultation.persistence.migrate import migrate
from consultation.settings import Environment, Settings

Content: TypeAlias = Mapping[str, Canonical]

# A week after the close, when a town would have brought it in.
_RECORDED: Final = "2015-02-13T11:00"
_SOURCE: Final = {"format": "demonstration", "files": ["thread.toml"]}


def demo_archive() -> bytes:
    """The octets of `closed.jsonl`: what an instance exports that has taken the records in."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            environment=Environment.DEVELOPMENT,
            database_url=SecretStr(f"sqlite:///{folder}/archive.sqlite3"),
            mail_url=SecretStr(Path(folder).as_uri()),
        )
        services = build(settings)
        try:
            migrate(services.database)
            imported = accepted(services.work.perform(_take_in))
            written = bytearray()
            with archive_of(services.database, imported.debate) as archive:
                if archive is None:
                    raise LookupError(imported.slug)
                export_debate(archive, written.extend)
        finally:
            services.database.dispose()
    return bytes(written)


def _take_in(tx: Transaction) -> Imported | Refused:
    accepted(add_organisation(tx, TOWN, TOWN_NAME, TIME_ZONE, LOCALE))
    stream = BytesIO(_Archive().as_written())
    return import_archive(tx, bulk_store(tx), read_debate_jsonl(stream))


def _octets(word: str, length: int) -> bytes:
    return hashlib.sha256(f"demonstration/{word}".encode()).digest()[:length]


def _uid(word: str) -> UUID:
    """A UUIDv8 (RFC 9562, 5.8) made from a word."""
    value = int.from_bytes(_octets(word, 16), "big")
    value = value & ~(0xF << 76) | 8 << 76
    return UUID(int=value & ~(0x3 << 62) | 2 << 62)


def _instant(local: str) -> datetime:
    return instant_of_local(datetime.fromisoformat(local), TIME_ZONE)


class _Archive:
    """The records of the debate."""

    def __init__(self) -> None:
        self._uid = _uid("debate")
        self._at = _instant(_RECORDED)
        self._journal: list[Record] = []
        debate = texts("thread")
        self._period = Period(_instant(debate["opens_at"]), _instant(debate["closes_at"]))
        theme = Theme(**debate["theme"])
        content = debate_content(
            *(debate["slug"], debate["title"], tidy(debate["description"]), LOCALE),
            *(self._period, DEFAULT_LIMITS, (theme,)),
        )
        sequence, salt = self._entry(EntryKind.DEBATE_IMPORTED, None, content)
        act = {
            "sequence": sequence,
            "kind": EntryKind.DEBATE_IMPORTED.value,
            "at": format_instant(self._at),
            "role": "administrator",
            "reason": "",
            "content": content,
            "salt": salt,
        }
        contribution, argument = debate["contribution"], debate["argument"]
        head = PostText(contribution["body"], title=contribution["title"], theme=theme.slug)
        posts = [
            self._post(contribution, PostKind.CONTRIBUTION, head, None, None),
            self._post(
                argument, PostKind.ARGUMENT, PostText(argument["body"]), contribution["number"], Side.CONTRA
            ),
        ]
        people = sorted(({"id": post["author"]} for post in posts), key=lambda one: str(one["id"]))
        self._sections: dict[Section, list[Record]] = {
            Section.DEBATE: [self._header(content, argument["number"])],
            Section.PARTICIPANT: people,
            Section.ACT: [act],
            Section.POST: posts,
            Section.JOURNAL: self._journal,
        }

    def as_written(self) -> bytes:
        """The records as lines, with the last one that closes them."""
        lines = [
            orjson.dumps({"type": section.value, **record}, option=orjson.OPT_APPEND_NEWLINE)
            for section in Section
            for record in self._sections.get(section, [])
        ]
        counts = {section.value: len(self._sections.get(section, [])) for section in Section}
        end = {"type": "end", "counts": counts, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        return b"".join([*lines, orjson.dumps(end, option=orjson.OPT_APPEND_NEWLINE)])

    def _header(self, content: Content, last_number: int) -> Record:
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": str(self._uid),
            "organisation": {"slug": TOWN, "name": TOWN_NAME, "locale": LOCALE, "time_zone": TIME_ZONE},
            **{name: content[name] for name in ("slug", "title", "description", "language")},
            "time_zone": TIME_ZONE,
            **{name: content[name] for name in ("opens_at", "closes_at")},
            "published_at": format_instant(self._at),
            "created_at": format_instant(self._at),
            **{name: content[name] for name in ("limits", "themes")},
            "source": _SOURCE,
            "last_number": last_number,
        }

    def _post(
        self, texts: Texts, kind: PostKind, text: PostText, contribution: int | None, side: Side | None
    ) -> Record:
        post = Post(
            number=texts["number"],
            kind=kind,
            contribution=contribution,
            side=side,
            author_name=texts["author"],
            text=text.tidied(),
            language=LOCALE,
            created_at=_instant(texts["at"]),
        )
        sequence, salt = self._entry(EntryKind.POST_IMPORTED, post.number, post_content(post))
        return {
            "number": post.number,
            "kind": kind.value,
            "contribution": contribution,
            "side": None if side is None else side.value,
            "author": str(_uid(f"person/{post.author_name}")),
            "author_name": post.author_name,
            "theme": post.text.theme,
            "title": post.text.title,
            "body": post.text.body,
            "link": None,
            "language": post.language,
            "created_at": format_instant(post.created_at),
            "revision": post.revision,
            "revised_at": None,
            "state": post.state.value,
            **dict.fromkeys(("state_reason", "state_since", "reference", "reported_tally")),
            "sequence": sequence,
            "salt": salt,
            **dict.fromkeys(("state_sequence", "state_salt")),
        }

    def _entry(self, kind: EntryKind, number: int | None, content: Content) -> tuple[int, str]:
        """Add the next entry of the journal, and return its sequence and salt."""
        sequence = len(self._journal) + 1
        salt = _octets(f"salt/{sequence}", 16)
        entry = Entry(self._uid, sequence, self._at, kind, number, digest_of(salt, content))
        self._journal.append(
            {
                "sequence": sequence,
                "at": format_instant(self._at),
                "kind": kind.value,
                "number": number,
                "digest": entry.digest.hex(),
                "leaf_hash": entry.leaf_hash().hex(),
            }
        )
        return sequence, salt.hex()
