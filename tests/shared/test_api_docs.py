"""Each service describes its API in OpenAPI 3.1, on a page that works under our content policy."""

import pytest
from playwright.sync_api import Browser, expect

from tests.service_under_test import ServiceUnderTest


@pytest.mark.parametrize("name", ["registration", "scheduling", "notifications"])
def test_service_has_an_openapi_document_of_its_own(name: str, request: pytest.FixtureRequest) -> None:
    service: ServiceUnderTest = request.getfixturevalue(name)
    document = service.client().get("/api/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == f"Handdruk {name}"
    assert document["servers"] == [{"url": "/" if name == "registration" else f"/{name}"}]
    assert document["paths"]
    assert all(path.startswith("/api/") for path in document["paths"])
    groups = [group["name"] for group in document["tags"]]
    assert len(groups) == len(set(groups))
    assert not [name for name in groups if "_" in name or name.islower()], "names of code"
    used = {
        name for path in document["paths"].values() for one in path.values() if "tags" in one for name in one["tags"]
    }
    assert used == set(groups)


def test_docs_page_shows_the_operations(browser: Browser, look_address: str, registration: ServiceUnderTest) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "script-src" in line.text else None)
    page.goto(f"{look_address}/api/docs")
    expect(page.get_by_text("/api/events", exact=False).first).to_be_visible()
    assert refused == []
    page.close()
