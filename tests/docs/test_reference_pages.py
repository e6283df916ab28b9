"""The reference pages: complete, in four languages, readable by everybody, and asking for nothing."""

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import consultation.api.pages.book as book_module
from consultation.api.app import openapi_bytes
from consultation.api.pages.book import LANGUAGE_NAMES
from consultation.api.pages.operations import codes_of, shared_codes
from consultation.api.problems import STATUS
from consultation.localisation.languages import Language
from consultation.localisation.problems import FACTS, explanation, problem_text
from tests.builders import Town
from tests.cli.processes import plain_environment
from tests.docs.outline import HEADINGS, Page, parsed

STYLES = (Path(book_module.__file__).parent / "static" / "reference.css").read_text("utf-8")
PAGES = ("/docs", "/problems", "/problems/period_closed", "/problems/malformed")


def read(client: TestClient, path: str, language: str = "fr") -> Page:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return parsed(answer.text)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", Language)
def test_every_page_has_what_assistive_technology_needs(
    client: TestClient, path: str, language: Language
) -> None:
    page = read(client, path, language)
    expected = Language.EN if path == "/docs" else language
    assert page.one("html").attributes["lang"] == expected
    assert page.one("title").text.endswith(" – Consultation")
    assert page.one("main").attributes["id"] == "main"
    assert page.all("a")[0].attributes == {"class": "skip", "href": "#main"}
    assert len(page.ids) == len(set(page.ids))
    for nav in page.all("nav"):
        assert nav.attributes.keys() & {"aria-label", "aria-labelledby"}
    for element in page.elements:
        labelled_by = element.attributes.get("aria-labelledby")
        assert labelled_by is None or labelled_by in page.ids
        # What scrolls sideways must be reachable with the keyboard, and say what it is.
        assert element.attributes.get("tabindex") in {None, "0"}
        assert "tabindex" not in element.attributes or element.attributes["role"] == "region"


@pytest.mark.parametrize("path", PAGES)
def test_headings_begin_at_one_and_skip_no_level(client: TestClient, path: str) -> None:
    page = read(client, path)
    assert page.one("h1").text.strip()
    levels = [int(element.tag[1]) for element in page.all(*HEADINGS)]
    levels = levels[levels.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(element.text.strip() for element in page.all(*HEADINGS))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_one_stylesheet_of_its_own_and_nothing_else(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = parsed(answer.text)
    assert page.all("script", "img", "iframe", "form", "style") == []
    assert not any("style" in element.attributes for element in page.elements)
    assert not any(name.startswith("on") for element in page.elements for name in element.attributes)
    (style,) = [link.attributes for link in page.all("link")]
    assert style["rel"] == "stylesheet"
    sheet = client.get(style["href"])
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(client: TestClient, town: Town, path: str) -> None:
    town.debate()
    page = read(client, path)
    addresses = [link.attributes["href"].partition("#") for link in page.all("a")]
    assert {fragment for target, _, fragment in addresses if not target} <= set(page.ids)
    for target in {target for target, _, _ in addresses if target}:
        assert target.startswith("/"), target
        assert client.get(target).status_code == 200, target


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_one_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["vary"] == "Accept-Language"
    assert client.get(path).content == first.content


def articles_of(text: str) -> dict[str, str]:
    """What stands on the page about each operation and each document."""
    return dict(re.findall(r'<article aria-labelledby="([^"]+)">(.*?)</article>', text, re.DOTALL))


def test_docs_has_every_operation_with_everything_that_is_declared(client: TestClient) -> None:
    text = client.get("/docs").text
    page = parsed(text)
    document = json.loads(openapi_bytes())
    shared = set(shared_codes(document))
    assert shared >= {"malformed", "internal_error", "busy"}
    articles = articles_of(text)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = articles[operation["operationId"]]
            assert f"<b>{method.upper()}</b> {path}</code>" in shown
            for parameter in operation["parameters"]:
                assert f">{parameter['name']}</code>" in shown, parameter["name"]
            for codes in codes_of(operation).values():
                for code in set(codes) - shared:
                    assert f'href="/problems/{code}"' in shown, code
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name in re.findall(r"schemas/(\w+)'", str(body)):
                assert f'href="#schema-{name}"' in shown, name
    for name, schema in document["components"]["schemas"].items():
        assert f"schema-{name}" in page.ids
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in articles[f"schema-{name}"], f"{name}.{field}"


def test_docs_says_with_what_each_operation_answers(client: TestClient) -> None:
    articles = articles_of(client.get("/docs").text)
    for methods in json.loads(openapi_bytes())["paths"].values():
        for operation in methods.values():
            shown = articles[operation["operationId"]]
            good = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
            for status, response in good.items():
                said = re.search(rf"<dt>(?:Answer|Or)</dt><dd>{status} (.*?)</dd>", shown)
                assert said is not None, (operation["operationId"], status)
                content = response.get("content", {})
                assert ("without a body" in said[1]) is not bool(content)
                forms = [form.partition(";")[0] for form in content if form != "application/json"]
                assert all(f"<code>{form}</code>" in said[1] for form in forms)


@pytest.mark.parametrize("language", Language)
def test_every_problem_has_a_page_in_every_language(client: TestClient, language: Language) -> None:
    listed = read(client, "/problems", language)
    addresses = {link.attributes["href"] for link in listed.all("a")}
    for code, status in STATUS.items():
        assert f"/problems/{code}" in addresses
        answer = client.get(f"/problems/{code}", headers={"Accept-Language": language})
        assert answer.headers["content-language"] == language
        page = parsed(answer.text)
        assert page.one("h1").text == problem_text(code, {}, language).title
        text = " ".join(page.one("main").text.split())
        assert " ".join(explanation(code, language).split()) in text
        assert str(status) in text
        shown = json.loads(page.one("pre").text)
        assert shown["code"] == code
        assert set(FACTS.get(code, ())) <= shown.keys()


def test_the_type_of_a_problem_leads_to_its_page(client: TestClient) -> None:
    refused = client.get("/api/v1/organisations/nobody")
    assert refused.json()["type"] == "http://testserver/problems/organisation_not_found"
    assert client.get(refused.json()["type"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/problems/nothing", "/problems/PERIOD_CLOSED", "/problems/a/b", "/problems/a/b/c"]
)
def test_what_is_not_there_is_a_problem_document(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("language", Language)
def test_a_language_can_be_chosen_in_place_of_the_browsers(client: TestClient, language: Language) -> None:
    address = f"/problems/period_closed?lang={language}"
    assert f'<html lang="{language}">' in client.get(address, headers={"Accept-Language": "en"}).text
    footer = {
        one.attributes["href"]: one for one in read(client, address).all("a") if "hreflang" in one.attributes
    }
    assert set(footer) >= {f"/problems/period_closed?lang={one}" for one in Language}
    assert footer[address].attributes["aria-current"] == "true"
    assert footer[address].text == LANGUAGE_NAMES[language]
    assert client.get("/problems?lang=it").json()["code"] == "malformed"


def test_docs_names_the_addresses_for_programs(client: TestClient) -> None:
    links = {link.attributes["href"] for link in read(client, "/docs").all("a")}
    assert {"/openapi.json", "/healthz", "/api/v1/debates", "/problems"} <= links


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_seven_times_as_light_or_dark_as_its_ground(scheme: str) -> None:
    light, dark = (tokens(block) for block in re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL))
    assert set(light) == set(dark)
    colours = light if scheme == "light" else dark
    for text in ("ink", "quiet", "accent"):
        for ground in ("paper", "shade"):
            assert contrast(colours[text], colours[ground]) >= 7, (text, ground)


def test_colours_stand_in_tokens_only() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLES, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb|hsl", rules) == []


def test_the_start_does_not_wait_for_the_pages() -> None:
    program = "import sys, consultation.bootstrap; print('jinja2' in sys.modules, 'babel' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert result.stdout == "False False\n"
