"""What official responses and outcomes hold in debate-jsonl, version 1."""

from typing import Annotated

from pydantic import Field

from consultation.domain.official import OUTCOME_MAX, RESPONSE_MAX
from consultation.exchange.debate_jsonl.values import Language, Number, Part, Text


class ResponseContent(Part):
    """What the digest of a response to a contribution covers."""

    number: Annotated[Number, Field(description="Of the contribution that it answers.")]
    version: Annotated[Number, Field(description="From 1.")]
    body: Annotated[Text, Field(min_length=1, max_length=RESPONSE_MAX)]
    language: Language


class OutcomeContent(Part):
    """What the digest of an outcome covers."""

    version: Annotated[Number, Field(description="From 1.")]
    body: Annotated[Text, Field(min_length=1, max_length=OUTCOME_MAX)]
    language: Language
