from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Committee, Side
from meetings.models.documents import random_name
from meetings.models.meetings import PartOfMeetingQuerySet
from meetings.models.minutes import Minutes
from records import languages
from records.access import Edition, Permission
from records.fields import TextBlock, TextLine
from records.models import Record, RecordQuerySet


class RevisionQuerySet(RecordQuerySet["Revision"]):  # type: ignore[type-var]
    def _readable_by(self, user: Any) -> Self:
        # A revision holds the internal passages too: only those who may read them read it as a whole.
        reach = user.reach(Permission.INTERNAL_READ, committee="minutes__meeting__committee")
        return self.none() if reach is None else self.filter(reach)


class Revision(models.Model):
    """The whole minutes as they left the desk: numbered, hashed, never changed or deleted (a trigger sees to it).

    ``content`` is the canonical JSON (RFC 8785) of everything printed, ``digest`` its SHA-256 in hexadecimal.
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="revisions", verbose_name=_("minutes"))
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("content"))
    digest = models.CharField(_("hash"), max_length=64)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="revisions", verbose_name=_("by")
    )
    reason = TextBlock(_("reason"), blank=True, default="")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrigendum to")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["minutes", "number"]
        constraints = [
            models.UniqueConstraint(name="one_revision_per_number", fields=["minutes", "number"]),
            models.CheckConstraint(name="revision_number_is_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="a_corrigendum_has_a_reason", condition=Q(corrects__isnull=True) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes}, {self.number}"

    @property
    def governing_committee(self) -> Committee:
        return self.minutes.meeting.committee


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    RESERVED = "reserved", _("accepted with a reservation")
    RETURNED = "returned", _("returned with comments")


class ReviewLinkQuerySet(RecordQuerySet["ReviewLink"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(Permission.INTERNAL_READ, committee="revision__minutes__meeting__committee")
        return self.none() if reach is None else self.filter(reach)


class ReviewLink(Record):
    """A key to one revision for one delegate of one side: they read the shared edition, comment and answer, once.

    Only the key's SHA-256 is kept: who reads the database cannot use it.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="review_links", verbose_name=_("revision"))
    side = models.ForeignKey(Side, models.PROTECT, related_name="review_links", verbose_name=_("side"))
    delegate = TextLine(_("delegate"), help_text=_("Whose answer it will be: name and office."))
    language = models.CharField(_("language"), max_length=2, choices=languages.NAMES.items())
    key_digest = models.CharField(_("hash of the key"), max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    opened_at = models.DateTimeField(_("first opened"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")
        ordering = ["revision", "pk"]

    def __str__(self) -> str:
        return f"{self.delegate} ({self.side})"

    @property
    def governing_committee(self) -> Committee:
        return self.revision.minutes.meeting.committee

    @property
    def history_root(self) -> Record:
        return self.revision.minutes.meeting


class ApprovalQuerySet(PartOfMeetingQuerySet["Approval"]):  # type: ignore[type-var]
    path = "revision__minutes__meeting__committee"


class Approval(models.Model):
    """What one side says to one revision. A changed text is another revision and has none."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="approvals", verbose_name=_("revision"))
    side = models.ForeignKey(Side, models.PROTECT, related_name="approvals", verbose_name=_("side"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices)
    text = TextBlock(_("reservation or comments"), blank=True, default="")
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approvals", verbose_name=_("recorded by")
    )

    spoken_by = TextLine(
        _("answered by"), blank=True, default="", help_text=_("Who said so for the side, where it was not a user.")
    )
    document = models.ForeignKey(
        "meetings.Document",
        models.PROTECT,
        null=True,
        related_name="approvals",
        verbose_name=_("note verbale or letter"),
    )
    link = models.OneToOneField(
        ReviewLink, models.PROTECT, null=True, related_name="approval", verbose_name=_("by the review link")
    )

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["revision", "given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_side_accepts_a_revision_once",
                fields=["revision", "side"],
                condition=Q(verdict__in=["accepted", "reserved"]),
                violation_error_message=_("This side has already accepted this revision."),
            ),
            models.CheckConstraint(
                name="a_reservation_or_return_says_why",
                condition=Q(verdict="accepted") | ~Q(text=""),
                violation_error_message=_("Say what the reservation or the comments are."),
            ),
            models.CheckConstraint(
                name="an_approval_is_given_by_somebody", condition=Q(given_by__isnull=False) | Q(link__isnull=False)
            ),
            models.CheckConstraint(name="approval_has_a_known_verdict", condition=Q(verdict__in=Verdict.values)),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.get_verdict_display()}"

    @property
    def governing_committee(self) -> Committee:
        return self.revision.minutes.meeting.committee


class ApprovalCommentQuerySet(PartOfMeetingQuerySet["ApprovalComment"]):  # type: ignore[type-var]
    path = "approval__revision__minutes__meeting__committee"


class ApprovalComment(models.Model):
    """What a side says to one entry of a revision, or to the whole. ``entry_key`` is the entry's in the revision."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="comments", verbose_name=_("approval"))
    entry_key = models.CharField(_("entry"), max_length=40, blank=True, default="")
    text = TextBlock(_("comment"))

    objects = ApprovalCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["approval", "pk"]
        constraints = [models.CheckConstraint(name="a_comment_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def governing_committee(self) -> Committee:
        return self.approval.revision.minutes.meeting.committee


class SealedCopyQuerySet(RecordQuerySet["SealedCopy"]):  # type: ignore[type-var]
    def _readable_by(self, user: Any) -> Self:
        path = "revision__minutes__meeting__committee"
        reach, whole = user.reach(committee=path), user.reach(Permission.INTERNAL_READ, committee=path)
        if reach is None:
            return self.none()
        shared = reach & Q(edition__in=[Edition.SHARED, Edition.PUBLIC])
        return self.filter(shared if whole is None else shared | whole)


class SealedCopy(models.Model):
    """The final PDF of one edition of a sealed revision, with the machine-readable text attached; never changed."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="copies", verbose_name=_("revision"))
    edition = models.CharField(_("edition"), max_length=20, choices=Edition.choices)
    languages = models.CharField(_("languages"), max_length=8)
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    digest = models.CharField(_("hash of the file"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed"))

    objects = SealedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("sealed copy")
        verbose_name_plural = _("sealed copies")
        ordering = ["revision", "edition", "languages"]
        constraints = [
            models.UniqueConstraint(name="one_sealed_copy_per_edition", fields=["revision", "edition", "languages"]),
        ]

    def __str__(self) -> str:
        return f"{self.revision}, {self.get_edition_display()}, {self.languages}"

    @property
    def governing_committee(self) -> Committee:
        return self.revision.minutes.meeting.committee
