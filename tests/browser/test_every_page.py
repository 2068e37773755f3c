"""Every page of the program in a real browser: accessible, within the screen, without a script error."""

import pytest

from tests import factories as make
from tests.rig.sweep import World, addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages(client, is_admin: bool) -> list[str]:
    """The paths of all pages: not of files, fragments, and addresses that take only what is sent to them."""
    world = World(secret="under the eyes of everybody")
    paths = sorted({path for address in addresses() if address.is_admin == is_admin for path in world.paths(address)})
    return [path for path in paths if _is_page(client.get(path))]


def _is_page(answer) -> bool:
    answer.getvalue()  # to the end, so that files are closed
    # In the HTML part of a mail no script may run, and so neither may axe: asked there, a browser never answers.
    is_mail = "sandbox" in answer.headers.get("Content-Security-Policy", "")
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html") and not is_mail


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_every_page_is_accessible_and_fits(page_as, client_for, axe, width, dark):
    founder = make.make_user("founder", is_superuser=True, is_staff=True)
    page = page_as(founder, width=width, dark=dark)
    paths = pages(client_for(founder), is_admin=False)
    too_wide = []
    for path in paths:
        page.goto(path, wait_until="load")
        axe(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(path)
    assert too_wide == []
    assert len(paths) > 30


def test_every_list_of_the_administration_is_accessible(page_as, client_for, axe):
    founder = make.make_user("founder", is_superuser=True, is_staff=True)
    page = page_as(founder)
    paths = [path for path in pages(client_for(founder), is_admin=True) if not path.endswith(("/add/", "/change/"))]
    for path in paths:
        page.goto(path, wait_until="load")
        axe(page)
    assert len(paths) > 30
