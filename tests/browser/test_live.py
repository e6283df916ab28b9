"""A page of an open debate, in a real browser, while others act."""

import re
from datetime import timedelta
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.sites import Service
from tests.builders import API, CLOSES_AT, Town, rfc3339

TOP: Final = "element => element.getBoundingClientRect().top"


def path_of(town: Town, debate: str) -> str:
    return str(town.client.get(f"{API}/debates/{debate}").json()["url"])


def test_new_arguments_are_counted_and_shown_when_one_asks_for_them(page: Page, town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    first = town.argument(debate, number, "contra")
    page.goto(f"{path_of(town, debate)}/{number}")
    before = page.locator(f"#post-{first}").evaluate(TOP)
    live = page.locator("#live")
    expect(live).to_be_hidden()
    new = [town.argument(debate, number, "pro", town.citizen(name)) for name in ("un", "deux")]
    expect(live).to_be_visible()
    expect(live.get_by_role("status")).to_have_text("2 new arguments")
    assert page.locator(f"#post-{first}").evaluate(TOP) == before, "nothing has moved"
    live.get_by_role("button", name="Show").click()
    expect(page.locator(f"#post-{new[1]}")).to_be_visible()
    expect(page.locator(f"#post-{new[0]}")).to_be_focused()
    expect(page.locator("#pro")).to_contain_text("2 arguments for")
    expect(live).to_be_hidden()


def test_votes_are_kept_up_to_date_in_their_places(page: Page, town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    page.goto(f"{path_of(town, debate)}/{number}")
    agree = page.locator("button[value=agree] .figure")
    expect(agree).to_have_text("0")
    town.citizen("votante").put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    expect(agree).to_have_text("1")


def test_the_clock_counts_down_by_the_time_of_the_service(page: Page, running: Service, town: Town) -> None:
    """The device's own clock is half an hour wrong."""
    closes_at = running.clock.now.replace(hour=12, minute=40)
    debate = town.debate(closes_at=rfc3339(closes_at))
    page.clock.install(time=running.clock.now.replace(minute=30))
    page.clock.pause_at(running.clock.now.replace(minute=31))
    page.goto(path_of(town, debate))
    left = page.locator("main > .period .left")
    expect(left).to_have_text("40 minutes left")
    # It counts once the service has said what time it is, from exactly forty minutes on.
    while left.text_content() == "40 minutes left":
        page.clock.run_for(1_000)
    expect(left).to_have_text("39 minutes left")
    page.clock.run_for(59_000)
    expect(left).to_have_text("39 minutes left")
    page.clock.run_for(1_000)
    expect(left).to_have_text("38 minutes left")


def test_a_period_that_is_extended_moves_the_clock_and_its_line(
    page: Page, running: Service, town: Town
) -> None:
    debate = town.debate(closes_at=rfc3339(running.clock.now + timedelta(minutes=40)))
    number = town.contribution(debate)
    page.goto(f"{path_of(town, debate)}/{number}")
    expect(page.locator("main > .period .left")).to_have_text(re.compile("minutes left"))
    line = page.locator("main > .period")
    before = line.inner_text()
    later = running.clock.now + timedelta(days=20, hours=1)
    town.organiser.post(f"/debates/{debate}/extension", {"closes_at": rfc3339(later), "reason": "Plus."})
    expect(line.locator(".left")).to_have_text("20 days left")
    expect(line).not_to_contain_text(before.split(",")[0])


def test_forms_close_politely_and_keep_what_was_written(page: Page, town: Town) -> None:
    debate = town.debate(closes_at=rfc3339(CLOSES_AT))
    number = town.contribution(debate)
    page.goto(f"{path_of(town, debate)}/{number}/argue?side=pro")
    area = page.locator("main textarea")
    area.fill("Ce que je voulais encore dire avant la fin.")
    town.organiser.post(f"/debates/{debate}/closure", {"reason": "Fini."})
    expect(page.locator("#live .news")).to_have_text("The participation period has just closed.")
    expect(area).to_have_value("Ce que je voulais encore dire avant la fin.")
    expect(area).not_to_be_editable()
    form = page.locator("main form", has=page.locator("textarea"))
    expect(form.locator("button:not([type=button])").last).to_be_disabled()
    expect(form).to_contain_text(re.compile("can no longer be sent"))
