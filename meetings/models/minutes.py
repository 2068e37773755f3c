from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from directory.models import Committee
from exchanges.models import EventChange
from meetings.models.agenda import AgendaItem
from meetings.models.attendances import Attendance
from meetings.models.meetings import Meeting, PartOfMeeting, PartOfMeetingQuerySet
from records.access import Audience, Edition, Permission
from records.fields import TextBlock
from records.languages import pick, translated
from records.models import Record, RecordQuerySet, RecordType


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("draft")
    CIRCULATED = "circulated", _("circulated")
    AGREED = "agreed", _("agreed")
    SEALED = "sealed", _("sealed")


class Standing(models.TextChoices):
    """What a language version counts for."""

    NONE = "none", _("not made")
    AUTHENTIC = "authentic", _("authentic")
    WORKING = "working", _("working translation")


class Minutes(PartOfMeeting):
    """The record of one meeting: made with it, edited while in draft, agreed by both sides, sealed."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="minutes", verbose_name=_("meeting"))
    state = models.CharField(
        _("state"), max_length=20, choices=MinutesState.choices, default=MinutesState.DRAFT, editable=False
    )
    standing_en = models.CharField(
        _("standing of the English text"), max_length=10, choices=Standing.choices, default=Standing.WORKING
    )
    standing_ja = models.CharField(
        _("standing of the Japanese text"), max_length=10, choices=Standing.choices, default=Standing.AUTHENTIC
    )
    standing_ru = models.CharField(
        _("standing of the Russian text"), max_length=10, choices=Standing.choices, default=Standing.AUTHENTIC
    )

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ["-meeting__date", "-pk"]
        constraints = [
            models.CheckConstraint(name="minutes_have_a_known_state", condition=Q(state__in=MinutesState.values)),
        ]

    def __str__(self) -> str:
        return _("Minutes of %(meeting)s") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#minutes"

    @property
    def is_draft(self) -> bool:
        return self.state == MinutesState.DRAFT


class EntryKind(models.TextChoices):
    """What kind of speech act a passage is: the last verb decides."""

    STATEMENT = "statement", _("statement")
    DISCUSSION = "discussion", _("discussion")
    JOINT_ASSESSMENT = "joint_assessment", _("joint assessment")
    AGREEMENT = "agreement", _("agreement")
    INFORMATION = "information", _("information")


class AudienceQuerySet(RecordQuerySet[RecordType]):
    """Passages of minutes: read by whoever reads the meeting, as far as their audience reaches."""

    path = "minutes__meeting__committee"
    audience = "audience"

    def _readable_by(self, user: Any) -> Self:
        whole = user.reach(Permission.INTERNAL_READ, committee=self.path)
        reach = user.reach(committee=self.path)
        if reach is None:
            return self.none()
        shared = reach & Q(**{f"{self.audience}__in": Edition.SHARED.audiences})
        return self.filter(reduce(or_, [part for part in (whole, shared) if part is not None]))


class EntryQuerySet(AudienceQuerySet["Entry"]):
    def in_edition(self, edition: Edition) -> Self:
        """The passages that the edition prints; the others leave no gap in its numbers."""
        return self.filter(audience__in=edition.audiences)


class Entry(Record):
    """One numbered passage of the minutes. The number is its place among those that the reader sees."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="entries", verbose_name=_("minutes"))
    key = models.UUIDField(_("key in revisions"), default=uuid4, unique=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind.choices)
    agenda_item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("agenda item")
    )
    speakers = models.ManyToManyField(Attendance, related_name="entries", blank=True, verbose_name=_("speakers"))
    text_en, text_ja, text_ru = translated(TextBlock, _("text"))
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices, default=Audience.SHARED)
    event_changes = models.ManyToManyField(
        EventChange, related_name="decided_in", blank=True, verbose_name=_("changes of events decided here")
    )

    tracked_relations: ClassVar[tuple[str, ...]] = ("speakers", "event_changes")
    unversioned: ClassVar[tuple[str, ...]] = ("position",)
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["minutes", "position", "pk"]
        indexes = [models.Index(fields=["minutes", "position"], name="entry_in_order")]
        constraints = [
            models.CheckConstraint(
                name="entry_has_a_text",
                condition=~Q(text_en="", text_ja="", text_ru=""),
                violation_error_message=_("Write the text in at least one language."),
            ),
            models.CheckConstraint(name="entry_has_a_known_kind", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="entry_has_a_known_audience", condition=Q(audience__in=Audience.values)),
        ]

    def __str__(self) -> str:
        text = pick(self, "text")
        return f"{self.get_kind_display()}: {text[:80]}{'…' if len(text) > 80 else ''}"

    @property
    def governing_committee(self) -> Committee:
        return self.minutes.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.minutes.meeting


class MentionKind(models.TextChoices):
    MAKES = "makes", _("makes")
    REAFFIRMS = "reaffirms", _("reaffirms")
    MODIFIES = "modifies", _("modifies")
    SUPERSEDES = "supersedes", _("supersedes")
    FULFILS = "fulfils", _("reports fulfilled")


class MentionQuerySet(AudienceQuerySet["Mention"]):
    path = "entry__minutes__meeting__committee"
    audience = "entry__audience"

    def with_readable_commitments(self, user: Any) -> Self:
        """The mentions of commitments that ``user`` may read, each with its commitment, in the same query."""
        readable = Commitment.objects.visible_to(user)
        return self.filter(commitment__in=readable.order_by()).select_related("commitment")


class Mention(Record):
    """An entry does something to a commitment, in these words. The chain of mentions is its genealogy."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="mentions", verbose_name=_("entry"))
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="mentions", verbose_name=_("commitment"))
    kind = models.CharField(_("kind"), max_length=20, choices=MentionKind.choices)
    words_en, words_ja, words_ru = translated(TextBlock, _("words"))

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["entry", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_entry_does_a_thing_once",
                fields=["entry", "commitment", "kind"],
                violation_error_message=_("The entry already does this to the commitment."),
            ),
            models.UniqueConstraint(
                name="a_commitment_is_made_once",
                fields=["commitment"],
                condition=Q(kind="makes"),
                violation_error_message=_("Another entry already makes this commitment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.commitment}"

    @property
    def governing_committee(self) -> Committee:
        return self.entry.minutes.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.entry.minutes.meeting


def _own_until_cleared(found: Any, user: Any, path: str = "") -> Any:
    """A draft of a public text is the own side's affair; once it is cleared, whoever reads the meeting reads it.

    ``path`` leads to the communiqué.
    """
    committee = f"{path}meeting__committee"
    reach, whole = user.reach(committee=committee), user.reach(Permission.INTERNAL_READ, committee=committee)
    if reach is None:
        return found.none()
    cleared = reach & Q(**{f"{path}cleared_at__isnull": False})
    return found.filter(cleared if whole is None else cleared | whole)


class CommuniqueQuerySet(PartOfMeetingQuerySet["Communique"]):
    def _readable_by(self, user: Any) -> Self:
        return _own_until_cleared(self, user)

    def of(self, meeting: Meeting, user: Any) -> Communique | None:
        """The meeting's communiqué, if there is one that ``user`` may read."""
        communique = self.visible_to(user).filter(meeting=meeting).select_related("cleared_by").first()
        if communique is not None:
            communique.meeting = meeting
        return communique


class Communique(PartOfMeeting):
    """The public text on a meeting, cleared on its own by somebody on some day."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="communique", verbose_name=_("meeting"))
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True, editable=False)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="cleared_communiques",
        verbose_name=_("cleared by"),
    )

    objects: ClassVar[Any] = CommuniqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("communiqué")
        verbose_name_plural = _("communiqués")
        ordering = ["-meeting__date", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="communique_is_cleared_by_somebody_at_some_time",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return _("Communiqué on %(meeting)s") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}communique/"

    @property
    def is_cleared(self) -> bool:
        return self.cleared_at is not None


class CommuniqueSentenceQuerySet(RecordQuerySet["CommuniqueSentence"]):
    def _readable_by(self, user: Any) -> Self:
        return _own_until_cleared(self, user, "communique__")


class CommuniqueSentence(Record):
    """One sentence of the communiqué and the public entry it is taken from; without one it says something new."""

    communique = models.ForeignKey(Communique, models.CASCADE, related_name="sentences", verbose_name=_("communiqué"))
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="communique_sentences", verbose_name=_("entry")
    )
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    text_en, text_ja, text_ru = translated(TextBlock, _("text"))

    unversioned: ClassVar[tuple[str, ...]] = ("position",)
    objects = CommuniqueSentenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentence of a communiqué")
        verbose_name_plural = _("sentences of communiqués")
        ordering = ["communique", "position", "pk"]
        constraints = [
            models.CheckConstraint(name="sentence_has_a_text", condition=~Q(text_en="", text_ja="", text_ru="")),
        ]

    def __str__(self) -> str:
        return pick(self, "text")[:80]

    @property
    def governing_committee(self) -> Committee:
        return self.communique.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.communique.meeting
