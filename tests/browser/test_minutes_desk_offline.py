"""The minutes desk when the network, the server, the tab or the log-in is lost: what was typed is not."""

import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from meetings.models import Entry, Minutes
from records.access import Role
from tests import factories as make
from tests.rig.browser import Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENTRIES = "**/desk/entries/**"
#: Another process with the program and this test's database: one that can be killed.
SERVER = """
import sys
from tests import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
settings.ALLOWED_HOSTS = ["localhost"]
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "runserver", "--noreload", sys.argv[1]])
"""


@pytest.fixture
def meeting():
    return make.make_meeting(make.make_committee(), minutes={"standing_en": "authentic"})


@pytest.fixture
def secretary(meeting):
    return make.make_user("secretary", Role.SECRETARY, meeting.committee, language="en")


@pytest.fixture
def desk(meeting):
    return reverse("meetings:minutes-desk", args=[meeting.reference])


def begin(page, text):
    """A new entry at the end, its text typed and not left."""
    page.keyboard.press("Alt+Shift+E")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(text)


def all_saved(page):
    page.wait_for_function("() => Desk.unsent() === 0", timeout=25_000)


def texts():
    return list(Entry.objects.order_by("position").values_list("text_en", flat=True))


def log_in(page, user):
    """As if somebody had logged in in another tab of this browser."""
    page.context.clear_cookies()
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    address = "/".join(page.url.split("/")[:3])
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def test_a_network_cut_in_the_middle_loses_nothing(page_as, secretary, desk, axe):
    page = page_as(secretary)
    page.goto(desk)
    begin(page, "Before the cut.")
    page.keyboard.press("Enter")
    all_saved(page)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.keyboard.insert_text("During the cut.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("And still.")
    page.locator("[data-trouble]").get_by_text("Not sent yet: 2.").wait_for()
    assert page.locator("[data-saved]", has_text="waiting for the network").count() >= 1
    assert texts() == ["Before the cut."]
    axe(page)
    page.context.set_offline(False)
    all_saved(page)
    page.locator("[data-trouble]").wait_for(state="hidden")
    assert texts() == ["Before the cut.", "During the cut.", "And still."]


def test_what_was_not_sent_survives_a_reload(page_as, meeting, secretary, desk, axe):
    entry = make.make_entry(meeting, text_en="The sides met.")
    page = page_as(secretary)
    page.goto(desk)
    is_cut = [True]
    page.route(ENTRIES, lambda route: route.abort() if is_cut else route.fallback())
    page.locator(f"#entry-{entry.key} [data-edit]").click()
    page.keyboard.insert_text(" By video.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("A new one.")
    page.locator("[data-trouble]").wait_for()
    page.reload()
    page.get_by_text("Kept from the last time and not yet on the server: 2").wait_for()
    assert page.locator(f"#entry-{entry.key} [name=text_en]").input_value() == "The sides met. By video."
    axe(page)
    is_cut.clear()
    all_saved(page)
    assert texts() == ["The sides met. By video.", "A new one."]
    page.reload()
    assert page.locator("[data-kept]").is_hidden()


def test_what_was_not_sent_survives_the_closing_of_the_tab(page_as, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    page.context.set_offline(True)
    begin(page, "Written in a tunnel.")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(desk)
    again.get_by_text("Kept from the last time").wait_for()
    all_saved(again)
    assert texts() == ["Written in a tunnel."]
    assert again.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('desk/'))") == []


def test_a_change_by_another_in_the_meantime_shows_both_after_a_reload(page_as, meeting, secretary, desk):
    entry = make.make_entry(meeting, text_en="The sides met.")
    page = page_as(secretary)
    page.goto(desk)
    page.context.set_offline(True)
    page.locator(f"#entry-{entry.key} [data-edit]").click()
    page.locator(f"#entry-{entry.key} [name=text_en]").fill("Mine.")
    page.close()
    page.context.set_offline(False)
    other = page_as(make.make_user("second", Role.SECRETARY, meeting.committee, language="en"))
    other.goto(desk)
    other.locator(f"#entry-{entry.key} [data-edit]").click()
    other.locator(f"#entry-{entry.key} [name=text_en]").fill("Theirs.")
    all_saved(other)
    again = page.context.new_page()
    again.goto(desk)
    assert again.locator("[data-theirs]").inner_text() == "Theirs."
    assert again.locator("[data-mine]").inner_text() == "Mine."
    assert texts() == ["Theirs."]


def test_an_answer_that_got_lost_makes_no_second_entry(page_as, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    lost = []

    def lose(route):
        lost.append(route.fetch())  # the server has stored it; nobody hears so
        route.abort()

    page.route(ENTRIES, lose, times=1)
    begin(page, "Once")
    page.locator("[data-saved]", has_text="waiting").first.wait_for()
    page.keyboard.insert_text(" and no more.")
    all_saved(page)
    assert len(lost) == 1
    assert texts() == ["Once and no more."]
    assert page.locator("[data-conflict]").count() == 0


class Server:
    """The program in a process of its own."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        name = str(connection.settings_dict["NAME"])
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-c", SERVER, f"localhost:{self.port}", name]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=quiet, stderr=quiet)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the server does not start")

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server():
    server = Server()
    server.start()
    yield server
    server.kill()


def test_a_killed_server_loses_nothing(browser, server, secretary, desk):
    stage = Stage(browser, server.address)
    client = Client()
    client.force_login(secretary)
    name = settings.SESSION_COOKIE_NAME
    page = stage.open_page({name: client.cookies[name].value})
    page.goto(desk)
    begin(page, "Before.")
    all_saved(page)
    server.kill()
    page.keyboard.insert_text(" During.")
    page.locator("[data-trouble]").get_by_text("No connection to the server.").wait_for()
    server.start()
    all_saved(page)
    assert texts() == ["Before. During."]
    stage.close()


def test_after_a_log_out_the_text_waits_for_the_same_person(page_as, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    page.context.clear_cookies()
    begin(page, "Written while logged out.")
    page.get_by_text("You are logged out.").wait_for()
    assert page.get_by_role("link", name="Log in in another tab").is_visible()
    assert texts() == []
    log_in(page, secretary)
    all_saved(page)
    assert texts() == ["Written while logged out."]


def test_to_look_for_news_while_logged_out_does_not_pass_for_an_answer(page_as, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    page.context.clear_cookies()
    page.evaluate("() => Desk.poll()")
    page.get_by_text("You are logged out.").wait_for()
    log_in(page, secretary)
    with page.expect_request("**/changes/?since=*") as asked:
        page.evaluate("() => Desk.poll()")
    assert "undefined" not in asked.value.url
    page.get_by_text("You are logged out.").wait_for(state="hidden")
    assert page.locator("[data-stale]").is_hidden()


def test_nothing_is_sent_or_shown_under_anothers_log_in(page_as, meeting, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    page.context.set_offline(True)
    begin(page, "The first one's words.")
    second = make.make_user("second", Role.SECRETARY, meeting.committee, language="en")
    log_in(page, second)
    page.context.set_offline(False)
    page.get_by_text("Somebody else has logged in in this browser.").wait_for()
    page.goto(desk)
    page.wait_for_function("() => Desk.root.classList.contains('with-script')")
    assert "The first one's words." not in page.content()
    assert texts() == []
    log_in(page, secretary)
    page.goto(desk)
    page.get_by_text("Kept from the last time").wait_for()
    all_saved(page)
    assert texts() == ["The first one's words."]


def test_a_browser_that_keeps_nothing_says_so_and_asks_before_leaving(page_as, secretary, desk):
    page = page_as(secretary)
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    page.goto(desk)
    page.context.set_offline(True)
    begin(page, "Not kept anywhere.")
    page.get_by_text("This browser keeps nothing").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    all_saved(page)
    assert texts() == ["Not kept anywhere."]


def test_text_for_minutes_that_were_circulated_meanwhile_stays_readable(page_as, secretary, desk):
    page = page_as(secretary)
    page.goto(desk)
    page.context.set_offline(True)
    begin(page, "Too late.")
    Minutes.objects.update(state="circulated")
    page.context.set_offline(False)
    page.locator(".desk-entry [data-errors]:not(:empty)").wait_for()
    assert page.locator(".desk-entry [name=text_en]").input_value() == "Too late."
    page.goto(desk)
    page.locator("[data-kept-texts]").get_by_text("Too late.").wait_for()
    assert texts() == []
