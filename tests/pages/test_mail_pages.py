"""The pages of mails: who sees which, what became of each, sending again, reminding."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import OutgoingMail
from meetings import actions
from records.access import Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> Any:
    return make.make_user("secretary", Role.SECRETARY, make.make_committee())


def subjects(response: Any) -> list[str]:
    return sorted(mail.subject for mail in response.context["page"].object_list)


def failed(**fields: Any) -> OutgoingMail:
    facts = {"given_up_at": timezone.now(), "attempts": 6, "last_error": "550 no such user"}
    return make.make_mail(**{**facts, **fields})


def test_a_secretary_sees_the_mails_of_their_committees_everybody_else_their_own(
    client_for: Any, secretary: Any
) -> None:
    reader = make.make_user("reader", Role.READER)
    make.make_mail(subject="To somebody")
    make.make_mail(subject="To the reader", recipient=reader)
    make.make_mail(make.make_committee("BB"), subject="Elsewhere")
    assert subjects(client_for(secretary).get("/mail/")) == ["To somebody", "To the reader"]
    assert subjects(client_for(reader).get("/mail/")) == ["To the reader"]


def test_a_mail_above_the_clearance_is_not_there(client_for: Any) -> None:
    mail = make.make_mail(classification=Classification.CONFIDENTIAL)
    uncleared = make.make_user(role=Role.SECRETARY, clearance=Classification.RESTRICTED)
    client = client_for(uncleared)
    assert subjects(client.get("/mail/")) == []
    assert {client.get(f"/mail/{mail.pk}/{page}").status_code for page in ("", "html/")} == {404}
    assert client.post(f"/mail/{mail.pk}/send-again/").status_code == 404


def test_a_mail_that_was_never_sent_is_not_read_here_once_the_right_to_it_has_ended(client_for: Any) -> None:
    reader = make.make_user("reader", Role.READER, clearance=Classification.OPEN)
    elsewhere = make.make_committee("BB")
    make.make_mail(elsewhere, subject="Waits", recipient=reader)
    make.make_mail(elsewhere, subject="Arrived", recipient=reader, sent_at=timezone.now())
    make.make_mail(subject="Waits above", recipient=reader, classification=Classification.CONFIDENTIAL)
    assert subjects(client_for(reader).get("/mail/")) == ["Arrived"]


def test_the_list_is_filtered_by_state_and_kind(client_for: Any, secretary: Any) -> None:
    now = timezone.now()
    make.make_mail(subject="waits")
    make.make_mail(subject="went", sent_at=now, kind="reminder")
    make.make_mail(subject="shown", sent_at=now, last_error="shown, not sent")
    make.make_mail(subject="doubtful", given_up_at=now, last_error="in doubt: gone")
    failed(subject="failed")
    client = client_for(secretary)
    found = {
        state: subjects(client.get("/mail/", {"state": state}))
        for state in ("waiting", "sent", "shown", "doubt", "failed")
    }
    assert found == {
        "waiting": ["waits"],
        "sent": ["went"],
        "shown": ["shown"],
        "doubt": ["doubtful"],
        "failed": ["failed"],
    }
    assert subjects(client.get("/mail/?kind=reminder")) == ["went"]
    assert client.get("/mail/?state=nonsense").status_code == 422


def test_the_list_takes_the_same_few_queries_however_long(client_for: Any, secretary: Any) -> None:
    client, counts = client_for(secretary), []
    for rows in (1, 2):
        for _row in range(rows):
            make.make_mail()
        with CaptureQueriesContext(connection) as queries:
            client.get("/mail/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_the_page_says_what_became_of_the_mail_and_why(client_for: Any, secretary: Any) -> None:
    page = client_for(secretary).get(f"/mail/{failed().pk}/").text
    for words in ("This mail could not be sent.", "550 no such user", "A lead.", "Send again"):
        assert words in page


def test_in_a_demonstration_the_page_says_that_nothing_leaves(client_for: Any, secretary: Any, settings: Any) -> None:
    settings.DEMO = True
    assert "This is a demonstration: no mail leaves it." in client_for(secretary).get("/mail/").text
    settings.DEMO, settings.MAIL_IS_SENT = False, True
    assert "no mail leaves" not in client_for(secretary).get("/mail/").text


def test_a_secretary_sends_a_mail_again(client_for: Any, secretary: Any) -> None:
    mail = failed()
    mail.recipient.email = "new@example.org"
    mail.recipient.save()
    assert client_for(secretary).post(f"/mail/{mail.pk}/send-again/").url == f"/mail/{mail.pk}/"
    mail.refresh_from_db()
    assert (mail.given_up_at, mail.attempts, mail.address) == (None, 0, "new@example.org")


def test_one_that_needs_no_sending_is_refused_in_words(client_for: Any, secretary: Any) -> None:
    response = client_for(secretary).post(f"/mail/{make.make_mail().pk}/send-again/")
    assert response.status_code == 422
    assert "Only a mail that could not be sent" in response.text


def test_readers_see_their_failed_mail_and_cannot_send_it_again(client_for: Any) -> None:
    reader = make.make_user("reader", Role.READER)
    mail = failed(recipient=reader)
    client = client_for(reader)
    assert "Send again" not in client.get(f"/mail/{mail.pk}/").text
    assert client.post(f"/mail/{mail.pk}/send-again/").status_code == 403


def test_the_html_is_shown_in_a_sandbox_with_its_own_style_alone(client_for: Any, secretary: Any) -> None:
    mail = make.make_mail()
    response = client_for(secretary).get(f"/mail/{mail.pk}/html/")
    policy = response.headers["Content-Security-Policy"]
    style = re.search("<style>(.*?)</style>", mail.html)[1]  # type: ignore[index]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert all(part in policy for part in ("default-src 'none'", "sandbox", "frame-ancestors 'none'"))
    assert "unsafe" not in policy
    assert "allow-scripts" not in policy
    assert (response.text, response.headers["X-Frame-Options"]) == (mail.html, "DENY")


def test_the_desk_speaks_of_what_did_not_go_out_to_those_who_can_mend_it(client_for: Any, secretary: Any) -> None:
    failed()
    assert "1 mail did not go out" in client_for(secretary).get("/").text
    failed(given_up_at=timezone.now() - timedelta(days=30))
    assert "1 mail did not go out" in client_for(secretary).get("/").text
    assert "did not go out" not in client_for(make.make_user(role=Role.READER)).get("/").text


# Reminding by hand


@pytest.fixture
def revision(secretary: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    make.make_user("approver", Role.APPROVER, email="approver@example.org")
    meeting = make.make_meeting(state="held")
    make.make_entry(meeting, text_ja="文", text_ru="Текст")
    return actions.circulate(meeting.minutes, by=secretary)


def path_of(revision: Any) -> str:
    return f"/meetings/{revision.minutes.meeting.reference}/revisions/{revision.number}/"


def test_the_button_reminds_a_side_once_a_day(client_for: Any, secretary: Any, revision: Any) -> None:
    client, path = client_for(secretary), path_of(revision)
    own = revision.minutes.meeting.committee.own_side
    assert client.get(path).text.count("Remind<") == 2
    page = client.post(f"{path}remind/", {"side": own.pk}, follow=True).text
    assert "1 reminder is on its way." in page
    assert page.count("Remind<") == 1
    assert "has been reminded today already" in client.post(f"{path}remind/", {"side": own.pk}, follow=True).text
    assert OutgoingMail.objects.filter(kind="reminder").count() == 1


def test_where_nobody_can_be_reached_the_page_says_so(client_for: Any, secretary: Any, revision: Any) -> None:
    other = revision.minutes.meeting.committee.other_side
    page = client_for(secretary).post(f"{path_of(revision)}remind/", {"side": other.pk}, follow=True).text
    assert "no reminder was sent" in page


@pytest.mark.parametrize("side", ["", "nonsense", "999999"])
def test_a_side_that_is_none_is_refused(client_for: Any, secretary: Any, revision: Any, side: str) -> None:
    page = client_for(secretary).post(f"{path_of(revision)}remind/", {"side": side}, follow=True).text
    assert "Say which side is to be reminded." in page


def test_nobody_else_is_offered_it(client_for: Any, revision: Any) -> None:
    for role in (Role.READER, Role.APPROVER):
        client = client_for(make.make_user(role=role))
        assert "Remind<" not in client.get(path_of(revision)).text
        assert client.post(f"{path_of(revision)}remind/", {"side": "1"}).status_code == 403
