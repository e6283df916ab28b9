"""Section D: the page of a thread beside its JSON, and its first view on an old phone."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, sync_playwright
from sqlalchemy import create_engine, text

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.data import SMALL, THREAD, contribution, debate_uid
from benchmarks.lanes.reading import CONNECTIONS
from benchmarks.servers import Server, request
from benchmarks.table import Goal, Row, Spread, compared

_ARGUMENTS: Final = 100
_VIEWS: Final = 3
# As Lighthouse and WebPageTest name it: "slow 4G", and a phone of some years ago.
_LATENCY_MS: Final = 150
_BYTES_PER_SECOND: Final = 1_600_000 // 8
_SLOWED: Final = 4
_PHONE: Final = {"width": 360, "height": 740}
_SHIFTS: Final = """() => new Promise(done => {
    let total = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => total += one.value))
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(total), 300);
})"""
# It may be reported some frames after it was painted.
_PAINT: Final = """() => new Promise(done => {
    new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
        .forEach(one => done(one.startTime / 1000)))
        .observe({type: 'paint', buffered: true});
})"""


def pages(bench: Bench) -> Iterator[Row]:
    """The rows of section D that this service alone decides."""
    database = bench.databases.small("sqlite")
    yield from _beside_json(bench, database.url)
    yield from _first_view(bench, database.url)


def _path_of(server: Server, key: int) -> str:
    debate = json.loads(server.answer(f"/api/v1/debates/{debate_uid(key)}").body)
    return str(urlsplit(debate["url"]).path)


def _beside_json(bench: Bench, url: str) -> Iterator[Row]:
    bench.say("the page of a thread beside its JSON")
    number = contribution(SMALL.threads // 2)
    with servers.ours(url, bench.scratch) as server:
        page = f"/fr{_path_of(server, 1)}/{number}"
        document = f"/api/v1/debates/{debate_uid(1)}/contributions/{number}"
        for connections in CONNECTIONS:
            with (
                bench.load.group([server], [request(page, accept="text/html")], connections) as mine,
                bench.load.group([server], [request(document)], connections) as theirs,
            ):
                rounds = bench.rounds_of(mine.go, theirs.go)
            pairs = [(one.rate, other.rate) for one, other in rounds]
            what = f"D thread page beside its JSON, warm; sqlite, {connections} conn."
            yield compared(what, "answers/s", Goal("≥", 0.5), pairs)


@dataclass(frozen=True, slots=True)
class _View:
    """One first view: what came over the wire, and when something could be read."""

    requests: int
    kilobytes: float
    seconds: float
    shift: float


def _first_view(bench: Bench, url: str) -> Iterator[Row]:
    program = shutil.which("chromium")
    if program is None:
        bench.say("no Chromium here: ./run browser-install")
        return
    bench.say(f"first view of a thread of {_ARGUMENTS} arguments")
    copied = bench.databases.copy("sqlite", url, "pages")
    _gather(copied)
    with servers.ours(copied, bench.scratch) as server, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{server.port}/fr{_path_of(server, 2)}/{contribution(0)}"
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        views = [_view(browser, address) for _ in range(_VIEWS + 1)][1:]
        browser.close()
    what = f"D first view, {_ARGUMENTS} arguments"
    yield Row(f"{what}: requests", "", Spread.of([view.requests for view in views]), Goal("≤", 4))
    yield Row(f"{what}: compressed", "kB", Spread.of([view.kilobytes for view in views]), Goal("≤", 60))
    yield Row(f"{what}: layout shift", "", Spread.of([view.shift for view in views]), Goal("≤", 0))
    seconds = Spread.of([view.seconds for view in views])
    yield Row(f"{what}: contentful paint, CPU 4 x slower, slow 4G", "s", seconds, Goal("≤", 1))


def _gather(url: str) -> None:
    """Put the arguments of some threads of the second debate under its first contribution."""
    last = _ARGUMENTS // (THREAD - 1) * THREAD
    engine = create_engine(url)
    with engine.begin() as connection:
        moved = (
            "UPDATE posts SET contribution = 1 WHERE debate_key = 2 AND kind = 'argument' AND number <= :last"
        )
        connection.execute(text(moved), {"last": last})
        half = _ARGUMENTS // 2
        counted = "UPDATE posts SET pro = :half, contra = :half WHERE debate_key = 2 AND number = 1"
        connection.execute(text(counted), {"half": half})
    engine.dispose()


def _view(browser: Browser, address: str) -> _View:
    context = browser.new_context(viewport=_PHONE)  # type: ignore[arg-type]  # a mapping of the right form
    page = context.new_page()
    wire = context.new_cdp_session(page)
    octets = _slowed(wire)
    page.goto(address, wait_until="networkidle")
    seconds, shift = page.evaluate(_PAINT), page.evaluate(_SHIFTS)
    context.close()
    return _View(len(octets), sum(octets) / 1000, float(seconds), float(shift))


def _slowed(wire: CDPSession) -> list[int]:
    """Make this page's wire and processor slow; the list gets the size of each answer."""
    octets: list[int] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: octets.append(int(event["encodedDataLength"])))
    conditions = {
        "offline": False,
        "latency": _LATENCY_MS,
        "downloadThroughput": _BYTES_PER_SECOND,
        "uploadThroughput": _BYTES_PER_SECOND // 2,
    }
    wire.send("Network.emulateNetworkConditions", conditions)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWED})
    return octets
