from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.plans import PlanItem
from agreements.models.projects import Project
from directory.models import Committee, Office, Organisation, Side
from records.access import Classification
from records.fields import TextBlock, TextLine
from records.languages import translated
from records.models import Record, RecordQuerySet, RecordType


class CommitmentState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    UNDER_WAY = "under_way", _("under way")
    WAITING = "waiting", _("waiting")
    PARTLY_FULFILLED = "partly_fulfilled", _("partly fulfilled")
    FULFILLED = "fulfilled", _("fulfilled")
    SUPERSEDED = "superseded", _("superseded")
    LAPSED = "lapsed", _("lapsed")
    DROPPED = "dropped", _("dropped")


class TimingKind(models.TextChoices):
    """When a thing is to be done, as it was said: nothing is invented."""

    EXACT = "exact", _("on a date")
    WINDOW = "window", _("within a window")
    OCCASION = "occasion", _("on an occasion")
    CONDITION = "condition", _("under a condition")
    OPEN = "open", _("open")


#: States after which nothing more is expected. A proposed commitment counts as open: it waits to be agreed and kept.
ENDED = (
    CommitmentState.FULFILLED,
    CommitmentState.SUPERSEDED,
    CommitmentState.LAPSED,
    CommitmentState.DROPPED,
)
_IS_OPEN = ~Q(state__in=ENDED)


def _is_overdue(on: date) -> Q:
    late = Q(timing_kind=TimingKind.EXACT, due_on__lt=on) | Q(timing_kind=TimingKind.WINDOW, window_ends_on__lt=on)
    return _IS_OPEN & late


def _is_stale(on: date) -> Q:
    undated = [TimingKind.OCCASION, TimingKind.CONDITION, TimingKind.OPEN]
    return _IS_OPEN & Q(timing_kind__in=undated, review_on__lt=on)


class CommitmentQuerySet(RecordQuerySet["Commitment"]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach()
        return self.none() if reach is None else self.filter(reach)

    def open(self) -> Self:
        """Those that are still to be kept."""
        return self.filter(_IS_OPEN)

    def overdue(self, *, on: date) -> Self:
        """Open ones whose date or window had passed by that day. What was said without a date is never overdue."""
        return self.filter(_is_overdue(on))

    def stale(self, *, on: date) -> Self:
        """Open ones without a date, at which somebody was to look again before that day."""
        return self.filter(_is_stale(on))

    def divergent(self) -> Self:
        """Those of which the two sides' latest reports say different things. Both must have reported."""
        return self._with_latest_reports().filter(_IS_DIVERGENT)

    def with_standing(self, *, on: date) -> Self:
        """With ``is_overdue``, ``is_stale``, ``is_divergent`` and the day of the last report, in the same query.

        ``said_here`` and ``said_there`` are what the own side and the other reported last: the status alone.
        """
        reports = StatusReport.objects.filter(commitment=OuterRef("pk"))
        return self.annotate(
            said_here=_latest_status("own_side"),
            said_there=_latest_status("other_side"),
        ).annotate(
            is_overdue=_flag(_is_overdue(on)),
            is_stale=_flag(_is_stale(on)),
            is_divergent=_flag(_IS_DIVERGENT),
            last_reported_on=Subquery(reports.order_by("-reported_on").values("reported_on")[:1]),
        )

    def _with_latest_reports(self) -> Self:
        return self.alias(said_here=_latest_status("own_side"), said_there=_latest_status("other_side"))


_IS_DIVERGENT = Q(said_here__isnull=False, said_there__isnull=False) & ~Q(said_here=F("said_there"))


def _flag(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _latest_status(side: str) -> Subquery:
    """What that side of the committee reported last: its status alone.

    The side is compared through an expression, so that SQLite looks up the few reports of the commitment and not, by
    the index of sides, half of all reports there are.
    """
    by_side = Coalesce("side_id", Value(0), output_field=BigIntegerField())
    reports = StatusReport.objects.alias(by=by_side).filter(
        commitment=OuterRef("pk"), by=OuterRef(f"committee__{side}")
    )
    return Subquery(reports.order_by("-reported_on", "-pk").values("status")[:1])


class Commitment(Record):
    """What was agreed to be done, by whom, when – in the words in which it was said."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="commitments", verbose_name=_("committee"))
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    text_en, text_ja, text_ru = translated(TextBlock, _("text"))
    state = models.CharField(
        _("state"), max_length=20, choices=CommitmentState.choices, default=CommitmentState.PROPOSED, editable=False
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.OPEN
    )
    plan_item = models.ForeignKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("plan item")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("project")
    )
    coupled_with = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="coupled_from",
        verbose_name=_("coupled with"),
        help_text=_("The commitment on whose occasion this one is to be kept."),
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    timing_kind = models.CharField(_("timing"), max_length=20, choices=TimingKind.choices, default=TimingKind.OPEN)
    timing_phrase_en, timing_phrase_ja, timing_phrase_ru = translated(TextLine, _("timing as said"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    window_starts_on = models.DateField(_("window from"), null=True, blank=True)
    window_ends_on = models.DateField(_("window until"), null=True, blank=True)
    review_on = models.DateField(_("look again on"), null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["reference", "pk"]
        constraints = [
            models.CheckConstraint(name="commitment_has_a_text", condition=~Q(text_en="", text_ja="", text_ru="")),
            models.CheckConstraint(
                name="commitment_says_its_timing_verbatim",
                condition=~Q(timing_phrase_en="", timing_phrase_ja="", timing_phrase_ru="") | Q(timing_kind="open"),
                violation_error_message=_("Quote the words in which the timing was said."),
            ),
            models.CheckConstraint(
                name="only_an_exact_timing_has_a_due_date",
                condition=Q(timing_kind="exact", due_on__isnull=False)
                | (~Q(timing_kind="exact") & Q(due_on__isnull=True)),
                violation_error_message=_("A date goes with the timing “on a date”, and with no other."),
            ),
            models.CheckConstraint(
                name="only_a_window_has_an_end",
                condition=Q(timing_kind="window", window_ends_on__isnull=False)
                | (~Q(timing_kind="window") & Q(window_starts_on__isnull=True, window_ends_on__isnull=True)),
                violation_error_message=_("The end of a window goes with the timing “within a window”."),
            ),
            models.CheckConstraint(
                name="window_ends_after_it_starts",
                condition=Q(window_starts_on__isnull=True) | Q(window_ends_on__gte=F("window_starts_on")),
                violation_error_message=_("The window ends before it begins."),
            ),
            models.CheckConstraint(
                name="what_is_not_exact_is_looked_at_again",
                condition=Q(timing_kind="exact") | Q(review_on__isnull=False),
                violation_error_message=_("Say when someone must look at this again."),
            ),
            models.CheckConstraint(name="commitment_is_not_coupled_with_itself", condition=~Q(coupled_with=F("pk"))),
            models.CheckConstraint(name="commitment_does_not_supersede_itself", condition=~Q(supersedes=F("pk"))),
            models.CheckConstraint(name="commitment_has_a_known_state", condition=Q(state__in=CommitmentState.values)),
            models.CheckConstraint(
                name="commitment_has_a_known_classification", condition=Q(classification__in=Classification.values)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("agreements:commitment-detail", args=[self.reference])


class PartOfCommitmentQuerySet(RecordQuerySet[RecordType]):
    def _readable_by(self, user: Any) -> Self:
        reach = user.reach(committee="commitment__committee")
        return self.none() if reach is None else self.filter(reach)


class ResponsibilityRole(models.TextChoices):
    LEAD = "lead", _("lead")
    SUPPORT = "support", _("support")


class Responsibility(Record):
    """A side – and, where it was said, an office or organisation of it – that is to keep a commitment."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="responsibilities", verbose_name=_("commitment")
    )
    side = models.ForeignKey(Side, models.PROTECT, related_name="responsibilities", verbose_name=_("side"))
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("office")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("organisation"),
    )
    role = models.CharField(
        _("role"), max_length=10, choices=ResponsibilityRole.choices, default=ResponsibilityRole.LEAD
    )

    objects = PartOfCommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["commitment", "role", "side__code", "pk"]
        constraints = [
            models.CheckConstraint(
                name="responsible_is_an_office_or_an_organisation",
                condition=Q(office__isnull=True) | Q(organisation__isnull=True),
                violation_error_message=_("Name an office or an organisation, not both."),
            ),
            models.UniqueConstraint(
                name="side_named_once_as_responsible",
                fields=["commitment", "side"],
                condition=Q(office__isnull=True, organisation__isnull=True),
                violation_error_message=_("This side is already named as responsible."),
            ),
            models.UniqueConstraint(
                name="office_named_once_as_responsible",
                fields=["commitment", "office"],
                condition=Q(office__isnull=False),
                violation_error_message=_("This office is already named as responsible."),
            ),
            models.UniqueConstraint(
                name="organisation_named_once_as_responsible",
                fields=["commitment", "organisation"],
                condition=Q(organisation__isnull=False),
                violation_error_message=_("This organisation is already named as responsible."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.office or self.organisation or self.side)

    @property
    def governing_committee(self) -> Committee:
        return self.commitment.committee

    @property
    def history_root(self) -> Record:
        return self.commitment


class StatusReport(Record):
    """What one side says of a commitment, on a day, with evidence. The sides may differ."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="status_reports", verbose_name=_("commitment")
    )
    side = models.ForeignKey(Side, models.PROTECT, related_name="status_reports", verbose_name=_("side"))
    reported_on = models.DateField(_("as of"))
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=[
            (state.value, state.label)
            for state in CommitmentState
            if state not in (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.DROPPED)
        ],
    )
    text_en, text_ja, text_ru = translated(TextBlock, _("text"))
    evidence = TextBlock(_("evidence"), blank=True, default="", help_text=_("A document, a page, a number."))

    objects = PartOfCommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ["commitment", "-reported_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_side_that_reports_fulfilment_shows_evidence",
                condition=~Q(status="fulfilled") | ~Q(evidence=""),
                violation_error_message=_("Fulfilment needs evidence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}, {self.side}, {self.reported_on}: {self.get_status_display()}"

    @property
    def governing_committee(self) -> Committee:
        return self.commitment.committee

    @property
    def history_root(self) -> Record:
        return self.commitment
