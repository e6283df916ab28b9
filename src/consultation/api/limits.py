"""Limits as a route declares them: counted, told in headers, refused with 429.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says what holds,
`RateLimit` what is left of it. Public documents do not carry them, since caches hand them on to
others; their refusals do.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from consultation.api.networks import Networks
from consultation.api.problems import Problem, TransportCode
from consultation.application.limiting import Limiter, Standing
from consultation.application.policies import POLICIES, Policy, Subject
from consultation.application.ports import Account, Caller, Delegate, KeyHolder

_AT_THE_DOOR: Final = {Subject.NETWORK, Subject.EVERYONE}
"""What is known of a call before anything of it is read."""

_STATE: Final = "spending"
_PRIVATE: Final = (b"cache-control", b"no-store")


class Spending:
    """One call, and where it stands with the policies of its route. Used by one thread at a time."""

    def __init__(self, limiter: Limiter, policies: Iterable[Policy]) -> None:
        self._limiter = limiter
        self._policies = tuple(policies)
        self._standings: list[Standing] = []

    def spend(self, subject: Subject, who: str) -> None:
        """Count the call for its person, key, address. Raises Problem(too_many_requests)."""
        for policy in self._policies:
            if policy.subject is not subject:
                continue
            standing = self._limiter.spend(policy, who)
            if standing is None:
                continue
            self._standings.append(standing)
            if not standing.allowed:
                # Refused by one policy, a call counts for none: who attacks one address must not
                # use up what is there for everyone.
                self.give_back()
                raise Problem(
                    TransportCode.TOO_MANY_REQUESTS,
                    {
                        "policy": policy.name,
                        "limit": standing.quota,
                        "window": policy.window,
                        "retry_after": standing.retry_after,
                    },
                )

    @property
    def proof_due(self) -> bool:
        """Are there so many calls that a form which is open to everybody asks for a proof of work?"""
        return any(standing.proof_due for standing in self._standings)

    def give_back(self) -> None:
        """Uncount the call: it was refused, or sent away to come again with a proof."""
        for standing in self._standings:
            self._limiter.give_back(standing)

    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit`, as lists of structured fields (RFC 9651)."""
        if not self._standings:
            return {}
        policies = (f'"{one.policy.name}";q={one.quota};w={one.policy.window}' for one in self._standings)
        left = (
            f'"{one.policy.name}";r={one.remaining};t={one.retry_after or one.reset}'
            for one in self._standings
        )
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


NOTHING: Final[Mapping[str, str]] = {}


class Door:
    """The limits of one route, as its calls meet them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._policies = tuple(POLICIES[name] for name in names)
        self._asks_who = any(policy.subject in _AT_THE_DOOR for policy in self._policies)
        self._always = all(policy.only_with is None for policy in self._policies)

    def enter(self, request: Request) -> Spending:
        """Begin a call. Raises Problem(too_many_requests) when its network has called too often."""
        kit = request.app.state.kit
        spending = Spending(kit.limiter, self._policies if self._always else self._due(request))
        request.scope["state"][_STATE] = spending
        if self._asks_who:
            networks: Networks = kit.networks
            spending.spend(Subject.NETWORK, networks.of(request.scope))
            spending.spend(Subject.EVERYONE, "")
        return spending

    def _due(self, request: Request) -> tuple[Policy, ...]:
        asked = request.query_params
        return tuple(
            policy for policy in self._policies if policy.only_with is None or policy.only_with in asked
        )


def spending_of(request: Request) -> Spending | None:
    """What a call has spent; None on a route without limits."""
    found = request.scope.get("state", {}).get(_STATE)
    return found if isinstance(found, Spending) else None


def count(request: Request, subject: Subject, who: str) -> None:
    """Count a call towards its route's limits. Raises Problem(too_many_requests)."""
    spending = spending_of(request)
    if spending is not None:
        spending.spend(subject, who)


def count_write(request: Request, caller: Caller) -> None:
    """Count a write for whoever makes it: a server's user counts for both."""
    match caller:
        case Account():
            count(request, Subject.PERSON, str(caller.key))
        case KeyHolder():
            count(request, Subject.KEY, str(caller.key.key))
        case Delegate():
            count(request, Subject.KEY, str(caller.holder.key.key))
            count(request, Subject.PERSON, f"{caller.holder.issuer} {caller.subject}")


def limit_headers(request: Request) -> Mapping[str, str]:
    """The headers that tell the limits of a call; none on a route without limits."""
    spending = spending_of(request)
    return NOTHING if spending is None else spending.headers()


def tell(response: Response, spending: Spending) -> Response:
    """Put the headers on an answer, unless caches may hand it on to others."""
    if _PRIVATE in response.raw_headers:
        response.raw_headers += [
            (name.lower().encode(), value.encode()) for name, value in spending.headers().items()
        ]
    return response
