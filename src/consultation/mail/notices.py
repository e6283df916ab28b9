"""The messages about decisions, closes to come and what is followed, in the language of the person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultation.application.notices.sending import Addresses
from consultation.application.ports import (
    AboutDecision,
    Mail,
    News,
    NewsItem,
    PendingNotice,
    Recipient,
)
from consultation.domain.moderation import RESTRICTIONS, Instance, Measure
from consultation.domain.notices import NewsKind, NoticeKind
from consultation.localisation.formats import moment
from consultation.localisation.languages import Language
from consultation.localisation.words import plural, text
from consultation.mail.blocks import Block, message, shortened


@dataclass(frozen=True, slots=True)
class NoticeLetters:
    """Writes them in the name of the service."""

    service_name: str
    public_url: str

    def notice(self, notice: PendingNotice, addresses: Addresses) -> Mail:
        """The message about a notice."""
        language = Language(notice.recipient.locale)
        debate, number = notice.debate, str(notice.number)
        if notice.kind is NoticeKind.CLOSING_SOON:
            closes_at = moment(debate.period.closes_at, debate.time_zone, language)
            facts = {"debate": debate.title, "organisation": debate.organisation, "closes_at": closes_at}
            subject = text("mail.closing_soon.subject", language, debate=debate.title)
            blocks = [
                Block(text("mail.closing_soon.lead", language, **facts)),
                Block(text("mail.debate", language), addresses.page),
            ]
            return self._message(notice.recipient, subject, blocks, "mail.unsubscribe.news", addresses)
        key = f"mail.{notice.kind}" if notice.number is not None else f"mail.{notice.kind}.held"
        facts = {"number": number, "debate": debate.title, "organisation": debate.organisation}
        blocks = [Block(text(f"{key}.lead", language, **facts))]
        if notice.decision is not None:
            blocks += _decision(notice, notice.decision, addresses, language)
        elif notice.kind is NoticeKind.PUBLISHED:
            blocks.append(Block(text("mail.post", language), addresses.page))
        subject = text(f"{key}.subject", language, number=number)
        return self._message(notice.recipient, subject, blocks, "mail.unsubscribe.notices", addresses)

    def news(self, recipient: Recipient, news: Sequence[News], addresses: Addresses) -> Mail:
        """The message about what is new in what a person follows."""
        language = Language(recipient.locale)
        blocks = [Block(text("mail.news.lead", language))]
        for one in news:
            page = f"{self.public_url}{one.debate.page}"
            blocks.append(Block(one.debate.title, page, is_title=True))
            blocks += [_item(one, item, page, language) for item in one.items]
            more = one.total - len(one.items)
            if more:
                blocks.append(Block(plural("mail.news.more", more, language)))
        if len(news) == 1:
            subject = text("mail.news.subject_of_one", language, debate=news[0].debate.title)
        else:
            subject = text("mail.news.subject", language)
        return self._message(recipient, subject, blocks, "mail.unsubscribe.news", addresses)

    def _message(
        self,
        recipient: Recipient,
        subject: str,
        blocks: Sequence[Block],
        why: str,
        addresses: Addresses,
    ) -> Mail:
        language = Language(recipient.locale)
        ending = [Block(f"{self.service_name}\n{text('mail.code.automatic', language)}")]
        if addresses.unsubscribe is not None:
            ending.insert(0, Block(text(why, language), addresses.unsubscribe))
        return message(
            recipient.email or "",
            subject,
            [Block(text("mail.code.greeting", language)), *blocks, *ending],
            language.value,
            list_id=addresses.list_id,
            unsubscribe=addresses.unsubscribe,
        )


def _decision(
    notice: PendingNotice, decision: AboutDecision, addresses: Addresses, language: Language
) -> Iterator[Block]:
    """The author gets the whole statement of reasons; reporters the decision and its ground."""
    reasons, is_appeal = decision.reasons, decision.instance is Instance.APPEAL
    upheld = is_appeal and decision.measure is Measure.KEEP
    measure = text("mail.measure.upheld" if upheld else f"mail.measure.{decision.measure}", language)
    if decision.measure is Measure.RESTORE and decision.is_hidden:
        measure = text("mail.restored.still_hidden", language)
    yield Block(text("mail.reasons.measure", language, measure=measure))
    ground = decision.ground_words or text(f"word.ground.{reasons.ground}", language)
    yield Block(text("mail.reasons.ground", language, ground=ground))
    if notice.kind in {NoticeKind.STATEMENT, NoticeKind.APPEAL_OUTCOME}:
        yield from _statement(notice, decision, language)
    if addresses.appeal is not None and decision.appeal_until is not None:
        until = moment(decision.appeal_until, notice.debate.time_zone, language)
        yield Block(text("mail.appeal.how", language, until=until), addresses.appeal)
    if is_appeal:
        yield Block(text("mail.appeal.final", language))
    yield Block(text("mail.appeal.courts", language))
    yield Block(text("mail.post" if notice.number is not None else "mail.debate", language), addresses.page)


def _statement(notice: PendingNotice, decision: AboutDecision, language: Language) -> Iterator[Block]:
    """What Article 17(3) of Regulation (EU) 2022/2065 asks for beside the measure and the ground."""
    reasons = decision.reasons
    if reasons.reference:
        yield Block(text("mail.reasons.reference", language, reference=reasons.reference))
    if reasons.facts:
        yield Block(text("mail.reasons.facts", language, facts=reasons.facts))
    yield Block(text("mail.reasons.explanation", language, explanation=reasons.explanation))
    if decision.measure in RESTRICTIONS and reasons.until is None:
        yield Block(text("mail.reasons.without_end", language))
    elif decision.measure in RESTRICTIONS and reasons.until is not None:
        until = moment(reasons.until, notice.debate.time_zone, language)
        yield Block(text("mail.reasons.until", language, until=until))
    if reasons.decided_automatically:
        means = "mail.reasons.decided_automatically"
    elif reasons.detected_automatically:
        means = "mail.reasons.detected_automatically"
    else:
        means = "mail.reasons.by_people"
    yield Block(text(means, language))


def _item(news: News, item: NewsItem, page: str, language: Language) -> Block:
    if item.kind is NewsKind.OUTCOME:
        return Block(text("mail.news.outcome", language))
    if item.kind is NewsKind.PERIOD:
        closes_at = moment(news.debate.period.closes_at, news.debate.time_zone, language)
        return Block(text("mail.news.period", language, closes_at=closes_at))
    title = shortened(item.title or item.body or "")
    words = text(f"mail.news.{item.kind}", language, number=str(item.number), title=title)
    return Block(words, f"{page}/{item.number}")
