"""What is kept in memory of texts is bounded by its weight, however long they are."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from consultation import markup
from consultation.caching import BoundedCache
from consultation.domain.limits import HARD_BODY_LIMIT
from consultation.localisation.languages import Language, wished
from consultation.markup import render_html
from consultation.web import differences
from consultation.web.differences import compare

HTML = 4_000_000
DIFFERENCES = 2_000_000
# What the interpreter and the parser keep beside, and the tables of the cache itself as they grow.
BESIDE = 300_000
THREADS = 4


def length_of(_: object, value: str) -> int:
    return len(value)


@contextmanager
def grown(least: int, most: int) -> Iterator[None]:
    """Bytes that stay in memory after what is done in it, as the interpreter counts them."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert least <= after - before <= most


def links(mark: str) -> str:
    """As long as any text may be, its HTML nine times as long, each character of four bytes."""
    piece = f"[😀](a{mark})"
    return (piece * HARD_BODY_LIMIT)[:HARD_BODY_LIMIT]


def lines(first: int, each: int, between: str = "") -> str:
    """Lines of which no two are the same."""
    return "".join(f"{chr(first + place)}{between}\n" for place in range(each))


def test_html_of_the_longest_texts_stays_within_its_bound() -> None:
    with grown(HTML // 2, HTML + BESIDE):
        for place in range(6):
            render_html(links(chr(ord("a") + place)))
            assert markup.KEPT.weight <= HTML


def test_html_of_a_text_is_made_once_while_it_is_kept() -> None:
    text = "Un *banc* sous chaque tilleul, et de l’ombre."
    assert render_html(text) is render_html(text)


def test_differences_of_the_longest_texts_stay_within_their_bound() -> None:
    with grown(DIFFERENCES // 2, DIFFERENCES + BESIDE):
        for place in range(6):
            compare(lines(0x4E00, 4_000), lines(0x4E00 + 100 * place, 4_000, "é"))
            assert differences.KEPT.weight <= DIFFERENCES


def test_differences_that_are_heavier_than_all_that_is_kept_are_told_and_not_kept() -> None:
    before, after = lines(0x4E00, HARD_BODY_LIMIT // 2), lines(0x4E00, HARD_BODY_LIMIT // 3, "é")
    kept = differences.KEPT.weight
    assert len(compare(before, after)) == HARD_BODY_LIMIT // 2 + HARD_BODY_LIMIT // 3
    assert (differences.KEPT.weight, differences.KEPT.get((before, after))) == (kept, None)


def test_long_headers_of_languages_are_not_kept_whole() -> None:
    with grown(0, HTML // 2):
        for number in range(600):
            wished(f"nl;q=0.{number}, {'x' * 50_000}")
    assert wished(f"{'x' * 1_025},nl") is None, "what stands behind its limit is not read"
    assert wished(f"de, {'x' * 50_000}") is Language.DE


def test_the_oldest_goes_first_when_there_is_no_room() -> None:
    cache = BoundedCache[str, str](10, length_of)
    for key in "abc":
        cache.put(key, "1234")
    assert ([cache.get(key) for key in "abc"], cache.weight) == ([None, "1234", "1234"], 8)


@pytest.mark.parametrize(("later", "weight"), [("12", 2), ("12345678", 8), ("1234567890+", 4)])
def test_what_is_put_again_takes_the_place_of_what_was(later: str, weight: int) -> None:
    cache = BoundedCache[str, str](10, length_of)
    cache.put("a", "1234")
    cache.put("a", later)
    assert cache.weight == weight
    assert len(cache.get("a") or "") == weight


def test_nothing_is_kept_without_room() -> None:
    cache = BoundedCache[str, str](0, length_of)
    cache.put("a", "1")
    assert (cache.get("a"), cache.weight) == (None, 0)


def test_the_weight_is_true_after_many_threads_put_at_once() -> None:
    cache = BoundedCache[int, str](500, length_of)

    def putting(seed: int) -> Callable[[], None]:
        def put() -> None:
            for turn in range(2_000):
                cache.put((turn * seed) % 97, "x" * ((turn * seed) % 31))

        return put

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(putting(seed)) for seed in (3, 5, 7, 11)]:
            done.result()
    kept = [value for key in range(97) if (value := cache.get(key)) is not None]
    assert cache.weight == sum(map(len, kept)) <= 500
