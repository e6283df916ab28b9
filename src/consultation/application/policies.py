"""How often anybody may do what: the one table of policies.

Routes name them (`limits=` of `declare`); `docs/abuse.md` shows them. The setting
`CONSULTATION_RATE_LIMITS` multiplies every number of calls.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3_600


class Subject(StrEnum):
    """Whose calls a policy counts together."""

    PERSON = "person"
    """A signed-in person, by internal key."""
    KEY = "key"
    """An organisation's key."""
    NETWORK = "network"
    """An IPv4 address, or an IPv6 network of 64 bits: what one subscriber usually has."""
    ADDRESS = "address"
    """An e-mail address, whoever calls from wherever."""
    EVERYONE = "everyone"
    """All calls together."""


@dataclass(frozen=True, slots=True)
class Policy:
    """So many calls of one subject within so many seconds, whenever they begin.

    `proof_after` is the number of calls after which a form open to everybody asks for a proof of work.
    `only_with` names a query parameter without which a call does not count.
    """

    name: str
    subject: Subject
    quota: int
    window: int
    proof_after: int | None = None
    only_with: str | None = None


WRITES: Final = Policy("writes", Subject.PERSON, 60, MINUTE)
KEY_WRITES: Final = Policy("key-writes", Subject.KEY, 600, MINUTE)
ANONYMOUS: Final = Policy("anonymous", Subject.NETWORK, 60, MINUTE)
SEARCHES: Final = Policy("searches", Subject.NETWORK, 60, MINUTE, only_with="q")
CHALLENGES: Final = Policy("challenges", Subject.NETWORK, 60, MINUTE)
# A hall full of people comes again at once when a server is started anew.
LISTENING: Final = Policy("listening", Subject.NETWORK, 600, MINUTE)
# A public meeting signs in behind one address: after ten calls their devices calculate for a
# moment, and three hundred get in. What one mailbox receives is limited apart (five an hour).
CODES_NETWORK: Final = Policy("codes-network", Subject.NETWORK, 300, 10 * MINUTE, proof_after=10)
CODES_EVERYONE: Final = Policy("codes-everyone", Subject.EVERYONE, 6_000, 10 * MINUTE, proof_after=600)
# Who sees something illegal tells of it once or twice; machines calculate before every further one.
NOTICES_NETWORK: Final = Policy("notices-network", Subject.NETWORK, 60, 10 * MINUTE, proof_after=2)
NOTICES_EVERYONE: Final = Policy("notices-everyone", Subject.EVERYONE, 1_200, 10 * MINUTE, proof_after=60)
# A code has six digits and five tries; these keep guessing hopeless over many codes and addresses.
ATTEMPTS_NETWORK: Final = Policy("attempts-network", Subject.NETWORK, 100, 10 * MINUTE)
ATTEMPTS_ADDRESS: Final = Policy("attempts-address", Subject.ADDRESS, 20, HOUR)
ATTEMPTS_EVERYONE: Final = Policy("attempts-everyone", Subject.EVERYONE, 1_200, MINUTE)
# Each way there and each way back makes this service call a provider: two for one sign-in. As many
# people as may ask for codes get in, and nobody makes us call an issuer without end.
PROVIDERS_NETWORK: Final = Policy("providers-network", Subject.NETWORK, 600, 10 * MINUTE)
PROVIDERS_EVERYONE: Final = Policy("providers-everyone", Subject.EVERYONE, 2_400, MINUTE)

SIGNED_IN_WRITES: Final = (WRITES, KEY_WRITES)
"""What every write of somebody signed in counts towards, unless its route says otherwise."""

POLICIES: Final = {
    policy.name: policy
    for policy in (
        *SIGNED_IN_WRITES,
        ANONYMOUS,
        SEARCHES,
        CHALLENGES,
        LISTENING,
        CODES_NETWORK,
        CODES_EVERYONE,
        NOTICES_NETWORK,
        NOTICES_EVERYONE,
        ATTEMPTS_NETWORK,
        ATTEMPTS_ADDRESS,
        ATTEMPTS_EVERYONE,
        PROVIDERS_NETWORK,
        PROVIDERS_EVERYONE,
    )
}
"""Every policy by name."""
