"""The minutes desk: one page on which a secretary takes minutes while ministers talk.

Its forms work by themselves (post, redirect back to the entry); a script sends the same posts and asks for JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings import actions
from meetings.actions.taking import FieldConflict
from meetings.desk import WritingForm, cuts, differences, entry_facts, parsed_key
from meetings.models import Entry, Meeting
from meetings.views.desk_page import Typed, changes_since, desk_context, order_of, whole_entries
from records.access import Permission, load, requires
from records.actions import EditConflict, one_transaction
from records.workflow import Refused


@dataclass(frozen=True)
class Asked:
    """What somebody at the desk asks of an entry. ``meeting`` is read only where a verb needs more than the entry."""

    request: HttpRequest
    reference: str
    key: UUID
    saved: int | None = None  # the version that the same request has saved already

    @property
    def user(self) -> Any:
        return self.request.user

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    @property
    def version(self) -> int | None:
        if self.saved is not None:
            return self.saved
        value = self.request.POST.get("version", "")
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None

    def meeting(self) -> Meeting:
        return _meeting(self.request, self.reference)

    def entry(self, meeting: Meeting, key: UUID | None = None) -> Entry:
        """An entry of these minutes, with the minutes that were read already. Raises ``Entry.DoesNotExist``."""
        entry = Entry.objects.visible_to(self.user).get(minutes=meeting.minutes, key=key or self.key)
        entry.minutes = meeting.minutes
        return entry

    def order(self, meeting: Meeting) -> list[str]:
        return order_of(meeting, self.user)


Answer = dict[str, Any]


@requires(Permission.MINUTES_WRITE)
def minutes_desk(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    context = desk_context(request, meeting, opened=parsed_key(request.GET.get("entry")))
    return render(request, "meetings/desk.html", context)


@requires(Permission.MINUTES_WRITE)
def desk_entry(request: HttpRequest, reference: str, key: UUID) -> HttpResponse:
    """Do to one entry what ``do`` says, ``save`` unless it says something else; answers only to POST."""
    asked = Asked(request, reference, key)
    do = request.POST.get("do") or "save"
    doing = _DOINGS.get(do, _unknown)
    # Each button of the plain form keeps what is typed there before it does its own thing.
    return _answered(asked, doing, first=_save if do in _KEEPING and "kind" in request.POST else None)


@requires(Permission.MINUTES_WRITE)
def desk_restore(request: HttpRequest, reference: str, key: UUID) -> HttpResponse:
    """Bring back an entry that was deleted; answers only to POST."""
    return _answered(Asked(request, reference, key), _restore)


def _answered(
    asked: Asked, doing: Callable[[Asked], Answer], first: Callable[[Asked], Answer] | None = None
) -> HttpResponse:
    try:
        with one_transaction() if first else nullcontext():
            if first is not None:
                asked = replace(asked, saved=first(asked)["entry"]["version"])
            answer = doing(asked)
    except EditConflict as conflict:
        return _conflict(asked, conflict)
    except ValidationError as refusal:
        return _refusal(asked, refusal)
    except IntegrityError:  # one key in two meetings at once, and whatever else only the database sees
        word = _("This contradicts something that was saved in the meantime. Nothing was changed; please look again.")
        return _refusal(asked, Refused(word))
    except Entry.DoesNotExist:
        return _gone(asked)
    if asked.wants_json:
        return JsonResponse(answer)
    return redirect(f"{_desk(asked.reference)}{answer.get('show', f'#entry-{asked.key}')}")


# What is done


def _save(asked: Asked) -> Answer:
    form = WritingForm(asked.request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    writing = form.writing()
    if not writing.version:
        return _begin(asked, form)
    try:
        entry = actions.write_entry(asked.reference, asked.key, writing, by=asked.user)
    except Http404:
        asked.meeting()  # 404 for what may not be seen
        raise Entry.DoesNotExist from None
    return {"entry": entry_facts(entry, speakers=writing.speakers)}


def _begin(asked: Asked, form: WritingForm) -> Answer:
    meeting = asked.meeting()
    after = _neighbour(asked.request.POST.get("after"))
    entry = actions.begin_entry(meeting.minutes, asked.key, form.writing(), after=after, by=asked.user)
    return {"entry": _whole(asked, meeting, entry.pk), "order": asked.order(meeting), "show": "?added#desk-new"}


def _place(asked: Asked) -> Answer:
    """Up, down, or after the entry that ``after`` names; an empty ``after`` means the top."""
    meeting = asked.meeting()
    order = asked.order(meeting)
    entry = asked.entry(meeting)
    here, do = order.index(str(entry.key)), asked.request.POST["do"]
    if do in ("place", "move"):
        after = asked.request.POST.get("after", "")
        if after and parsed_key(after) is None:
            raise Refused(_("This order cannot be understood. Nothing was moved."))
    elif do == "up":
        after = order[here - 2] if here >= 2 else ""
    else:
        after = order[min(here + 1, len(order) - 1)]
    neighbour = asked.entry(meeting, parsed_key(after)) if after else None
    actions.place_entry(entry, neighbour, by=asked.user)
    return {"entry": entry_facts(entry), "order": asked.order(meeting)}


def _split(asked: Asked) -> Answer:
    """At the carets that a script sends, or at a line of three hyphens in each text."""
    meeting = asked.meeting()
    entry = asked.entry(meeting)
    parts = cuts(entry, asked.request.POST)
    new = parsed_key(asked.request.POST.get("new")) or uuid4()
    expected = entry.version if asked.version is None else asked.version
    rest = actions.split_entry(entry, parts, new=new, by=asked.user, expected=expected)
    kept, gone = whole_entries(meeting, asked.user, [entry.pk, rest.pk])
    return {"entry": kept, "others": [gone], "order": asked.order(meeting), "show": f"#entry-{rest.key}"}


def _join(asked: Asked) -> Answer:
    meeting = asked.meeting()
    order, entry = asked.order(meeting), asked.entry(meeting)
    here = order.index(str(entry.key))
    if not here:
        raise Refused(_("This is the first entry: there is none before it to join it with."))
    first = asked.entry(meeting, parsed_key(order[here - 1]))
    actions.join_entries(first, entry, by=asked.user, expected=asked.version)
    answer = {"entry": _whole(asked, meeting, first.pk), "removed": str(entry.key), "order": asked.order(meeting)}
    return {**answer, "show": f"#entry-{first.key}"}


def _duplicate(asked: Asked) -> Answer:
    meeting = asked.meeting()
    new = parsed_key(asked.request.POST.get("new")) or uuid4()
    copy = actions.copy_entry(asked.entry(meeting), new=new, by=asked.user)
    answer = {"entry": _whole(asked, meeting, copy.pk), "order": asked.order(meeting)}
    return {**answer, "show": f"?entry={copy.key}#entry-{copy.key}"}


def _delete(asked: Asked) -> Answer:
    """Without asking: it can be brought back, from here with one press."""
    meeting = asked.meeting()
    order, entry = asked.order(meeting), asked.entry(meeting)
    here = order.index(str(entry.key))
    before = order[here - 1] if here else ""
    actions.remove_entry(entry, by=asked.user, expected=asked.version)
    undo = reverse("meetings:desk-restore", args=[asked.reference, asked.key])
    return {
        "removed": str(asked.key),
        "order": [key for key in order if key != str(asked.key)],
        "undo": f"{undo}?after={before}",
        "word": _("Entry %(number)s was deleted.") % {"number": here + 1},
        "show": f"?deleted={asked.key}&after={before}#desk-undo",
    }


def _restore(asked: Asked) -> Answer:
    meeting = asked.meeting()
    after = _neighbour(asked.request.GET.get("after"))
    entry = actions.restore_entry(meeting.minutes, asked.key, after=after, by=asked.user)
    return {"entry": _whole(asked, meeting, entry.pk), "order": asked.order(meeting)}


def _unknown(asked: Asked) -> Answer:
    asked.meeting()
    raise Refused(_("The desk does not know how to do this. Nothing was changed."))


def _neighbour(after: str | None) -> UUID | None:
    """The entry behind which another is to stand; said and left empty, it means the top."""
    return actions.TOP if after == "" else parsed_key(after)


_DOINGS: dict[str, Callable[[Asked], Answer]] = {
    "save": _save,
    "up": _place,
    "down": _place,
    "place": _place,
    "move": _place,
    "split": _split,
    "join": _join,
    "duplicate": _duplicate,
    "delete": _delete,
}


_KEEPING = frozenset(_DOINGS) - {"save", "delete"}


# When it cannot be done


def _conflict(asked: Asked, conflict: EditConflict) -> HttpResponse:
    meeting = asked.meeting()
    try:
        entry = asked.entry(meeting)
    except Entry.DoesNotExist:
        return _gone(asked)
    form = WritingForm(asked.request.POST)
    form.is_valid()
    names = conflict.names if isinstance(conflict, FieldConflict) else frozenset()
    both = differences(entry, form, names)
    if asked.wants_json:
        answer = {"conflict": [each._asdict() for each in both], "entry": _whole(asked, meeting, entry.pk)}
        return JsonResponse(answer, status=409)
    typed = Typed.of(asked.request, asked.key, entry.version, conflict=both)
    return _page(asked, meeting, typed, 409)


def _refusal(asked: Asked, refusal: ValidationError) -> HttpResponse:
    errors = _by_field(refusal)
    meeting = asked.meeting()  # 404 and 403 go before what is wrong with the words
    if asked.wants_json:
        return JsonResponse({"errors": errors}, status=422)
    return _page(asked, meeting, Typed.of(asked.request, asked.key, asked.version or 0, errors=errors), 422)


def _gone(asked: Asked) -> HttpResponse:
    """Somebody deleted the entry: what was written is not lost, it can be added as a new one."""
    if asked.wants_json:
        return JsonResponse({"gone": True}, status=410)
    word = _("Somebody deleted this entry in the meantime. What you wrote is still here: saving adds it anew.")
    typed = Typed.of(asked.request, None, 0, errors={NON_FIELD_ERRORS: [word]})
    return _page(asked, asked.meeting(), typed, 409)


def _page(asked: Asked, meeting: Meeting, typed: Typed, status: int) -> HttpResponse:
    context = desk_context(asked.request, meeting, opened=typed.key, typed=typed)
    return render(asked.request, "meetings/desk.html", context, status=status)


def _by_field(refusal: ValidationError) -> dict[str, list[str]]:
    if hasattr(refusal, "error_dict"):
        return {
            name: [str(word) for each in errors for word in each.messages]
            for name, errors in refusal.error_dict.items()
        }
    field = refusal.field if isinstance(refusal, Refused) else None
    return {field or NON_FIELD_ERRORS: [str(word) for word in refusal.messages]}


# What two people see of each other


@requires(Permission.MINUTES_WRITE)
def desk_changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened at the desk after ``since``; nothing but the same cursor when nothing did."""
    meeting = _meeting(request, reference)
    news = changes_since(meeting, request.user, request.GET.get("since", ""))
    return JsonResponse({**news, "user": request.user.pk})


def _whole(asked: Asked, meeting: Meeting, pk: int) -> Answer:
    return whole_entries(meeting, asked.user, [pk])[0]


def _meeting(request: HttpRequest, reference: str) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes")
    return load(meetings, request.user, Permission.MINUTES_WRITE, reference=reference)


def _desk(reference: str) -> str:
    return reverse("meetings:minutes-desk", args=[reference])
