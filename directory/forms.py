"""The shape of what is typed about the directory. What is allowed is said by the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.models import Committee, Office, Organisation, Person, Region, Seat, Side, Tenure
from directory.models.committees import CommitteeKind
from records.access import Permission
from records.forms import DayInput, RecordForm, in_languages
from records.languages import CODES, columns


def beside(*names: str) -> Row:
    """Fields beside each other, of equal width."""
    return Row(*(Column(name, css_class="col-md") for name in names))


class OfficeField(forms.ModelChoiceField):
    """Offices by title and organisation: there are many ministers."""

    def label_from_instance(self, office: Any) -> str:
        return f"{office}, {office.organisation}"


def offices_for(user: Any) -> Any:
    return Office.objects.visible_to(user).select_related("organisation__side")


def people_for(user: Any) -> Any:
    return Person.objects.visible_to(user).select_related("side")


class DirectoryForm(RecordForm):
    """A form whose layout begins with what is hidden. ``named`` lists the texts of which one language must be there."""

    named: tuple[str, ...] = ()

    def lay_out(self, *parts: Any) -> None:
        hidden = [name for name in ("version", "submission") if name in self.fields]
        self.helper.layout = Layout(*hidden, *parts)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        for name in self.named:
            in_form = columns(name)
            if not any(facts.get(column) for column in in_form) and not any(c in self.errors for c in in_form):
                self.add_error(in_form[0], gettext("Write this in at least one language."))
        return facts


_NAMES = ("family_name", "given_name", "patronymic")


class PersonForm(DirectoryForm):
    """A person's names in three scripts; for a new person also the first tenure."""

    named = ("family_name",)
    office = OfficeField(Office.objects.none(), label=_("Office"), required=False)
    started_on = forms.DateField(label=_("In office from"), required=False, widget=DayInput)
    is_acting = forms.BooleanField(label=capfirst(_("acting")), required=False)

    class Meta:
        model = Person
        fields = ["side", *(f"{name}_{code}" for code in CODES for name in _NAMES)]
        fields += ["family_name_kana", "given_name_kana"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = Side.objects.visible_to(self.user)
        parts = [
            beside("side"),
            Fieldset(gettext("Latin"), beside(*(f"{name}_en" for name in _NAMES))),
            Fieldset(
                gettext("Japanese"),
                beside(*(f"{name}_ja" for name in _NAMES)),
                beside("family_name_kana", "given_name_kana"),
            ),
            Fieldset(gettext("Russian"), beside(*(f"{name}_ru" for name in _NAMES))),
        ]
        if self.instance.pk:
            for name in ("office", "started_on", "is_acting"):
                del self.fields[name]
        else:
            self.fields["office"].queryset = offices_for(self.user)
            parts.append(Fieldset(gettext("First office (if any)"), beside("office", "started_on"), "is_acting"))
        self.lay_out(*parts)

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("started_on") and not facts.get("office") and "office" not in self.errors:
            self.add_error("office", gettext("Choose the office that began on this day."))
        return facts


class SideForm(DirectoryForm):
    named = ("name",)

    class Meta:
        model = Side
        fields = [*columns("name"), *columns("capital"), "time_zone", "language", "name_order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lay_out(in_languages("name"), in_languages("capital"), beside("time_zone", "language", "name_order"))


class RegionForm(DirectoryForm):
    named = ("name",)

    class Meta:
        model = Region
        fields = ["side", "kind", "iso_code", *columns("name"), "parent", "source", "unverified"]
        widgets = {"source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = Side.objects.visible_to(self.user)
        self.fields["parent"].queryset = Region.objects.visible_to(self.user).exclude(pk=self.instance.pk)
        self.lay_out(beside("side", "kind", "iso_code"), in_languages("name"), beside("parent"), "source", "unverified")

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        parent, side = facts.get("parent"), facts.get("side")
        if parent is not None and side is not None and parent.side_id != side.pk:
            self.add_error("parent", gettext("This region stands in the other side's list."))
        return facts


class OrganisationForm(DirectoryForm):
    named = ("name",)

    class Meta:
        model = Organisation
        fields = ["side", "kind", *columns("name"), *columns("short_name"), "parent", "region", "website"]
        fields += ["source", "unverified"]
        widgets = {"source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = Side.objects.visible_to(self.user)
        self.fields["parent"].queryset = Organisation.objects.visible_to(self.user).exclude(pk=self.instance.pk)
        self.fields["region"].queryset = Region.objects.visible_to(self.user)
        self.lay_out(
            beside("side", "kind"),
            in_languages("name"),
            in_languages("short_name"),
            beside("parent", "region", "website"),
            "source",
            "unverified",
        )


class OfficeForm(DirectoryForm):
    named = ("title",)

    class Meta:
        model = Office
        fields = ["organisation", *columns("title")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(self.user)
        self.lay_out(beside("organisation"), in_languages("title"))


class TenureForm(DirectoryForm):
    """A tenure of the person (or the office) that the instance already names."""

    office = OfficeField(Office.objects.none(), label=_("Office"))

    class Meta:
        model = Tenure
        fields = ["office", "started_on", "ended_on", "is_acting", "source", "unverified"]
        widgets = {"started_on": DayInput, "ended_on": DayInput, "source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_for(self.user)
        self.lay_out(beside("office"), beside("started_on", "ended_on"), "is_acting", "source", "unverified")


class HandoverForm(DirectoryForm):
    """A new holder of an office: somebody in the directory, or a new person whose name is typed here."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("New holder"), required=False, empty_label=_("somebody new, named below")
    )
    ends = forms.ModelMultipleChoiceField(
        Tenure.objects.none(),
        label=_("Takes over from"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They leave the day before. Whoever is not ticked stays in office."),
    )

    class Meta:
        model = Tenure
        fields = ["started_on", "is_acting"]
        widgets = {"started_on": DayInput}
        labels = {"started_on": _("In office from")}

    def __init__(self, *args: Any, office: Office, holders: Sequence[Tenure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        self.fields["started_on"].required = True
        self.fields["person"].queryset = people_for(self.user).filter(side=office.organisation.side_id)
        if len(holders) > 1:
            self.fields["ends"].queryset = office.tenures.filter(pk__in=[holder.pk for holder in holders])
            self.fields["ends"].choices = [(holder.pk, str(holder.person)) for holder in holders]
            self.fields["ends"].initial = [holder.pk for holder in holders]
        else:
            del self.fields["ends"]
        for name in (f"{part}_{code}" for part in _NAMES for code in CODES):
            self.fields[name] = _name_field(name)
        for name in ("family_name_kana", "given_name_kana"):
            self.fields[name] = _name_field(name)
        self.lay_out(
            beside("person", "started_on"),
            "is_acting",
            *(["ends"] if "ends" in self.fields else []),
            Fieldset(
                gettext("Somebody new"),
                *(beside(*(f"{part}_{code}" for part in _NAMES)) for code in CODES),
                beside("family_name_kana", "given_name_kana"),
            ),
        )

    @property
    def new_person(self) -> Person:
        """The person typed into the form, of the office's side, not yet stored."""
        names = [f"{part}_{code}" for part in _NAMES for code in CODES] + ["family_name_kana", "given_name_kana"]
        return Person(side=self.office.organisation.side, **{name: self.cleaned_data[name] for name in names})

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        is_named = any(facts.get(column) for column in columns("family_name"))
        if "person" in self.errors:
            return facts
        if facts.get("person") is None and not is_named:
            self.add_error("person", gettext("Choose who takes office, or write the name of somebody new below."))
        if facts.get("person") is not None and is_named:
            self.add_error("person", gettext("Choose somebody here or name somebody new below, not both."))
        return facts


def _name_field(name: str) -> forms.Field:
    return Person._meta.get_field(name).formfield()  # type: ignore[union-attr, return-value]


class CommitteeForm(DirectoryForm):
    named = ("name",)

    class Meta:
        model = Committee
        fields = ["code", "kind", "parent", "own_side", "other_side", *columns("name"), *columns("short_name")]
        fields += ["founded_on", "founded_precision", "dissolved_on", "source", "unverified"]
        widgets = {"founded_on": DayInput, "dissolved_on": DayInput, "source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = Side.objects.visible_to(self.user)
        self.fields["own_side"].queryset = self.fields["other_side"].queryset = sides
        committees = Committee.objects.visible_to(self.user).exclude(pk=self.instance.pk)
        if not self.user.sees_all:
            writable = [grant.committee_id for grant in self.user.grants if _may_write(grant)]
            committees = committees.filter(pk__in={*writable, self.instance.parent_id})
        self.fields["parent"].queryset = committees
        if self.instance.pk:
            for name in ("code", "own_side", "other_side"):
                del self.fields[name]
        elif not self.user.sees_all:
            self.fields["kind"].choices = [c for c in self.fields["kind"].choices if c[0] != CommitteeKind.COMMITTEE]
            self._propose(list(committees[:2]))
        if self.instance.parent_id and not committees.filter(pk=self.instance.parent_id).exists():
            # It stands under a committee that the person does not read: that stays as it is.
            del self.fields["parent"], self.fields["kind"]
        self.lay_out(
            beside(*(name for name in ("code", "kind", "parent") if name in self.fields)),
            beside(*(name for name in ("own_side", "other_side") if name in self.fields)),
            in_languages("name"),
            in_languages("short_name"),
            beside("founded_on", "founded_precision", "dissolved_on"),
            "source",
            "unverified",
        )

    def _propose(self, parents: list[Committee]) -> None:
        """Where there is one committee to stand under, that one and its sides."""
        if len(parents) == 1:
            self.initial = {
                "parent": parents[0].pk,
                "own_side": parents[0].own_side_id,
                "other_side": parents[0].other_side_id,
                **self.initial,
            }


def _may_write(grant: Any) -> bool:
    return Permission.DIRECTORY_WRITE in grant.permissions


class SeatForm(DirectoryForm):
    office = OfficeField(Office.objects.none(), label=_("Office"))

    class Meta:
        model = Seat
        fields = ["side", "role", "office", "started_on", "ended_on", "source", "unverified"]
        widgets = {"started_on": DayInput, "ended_on": DayInput, "source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [side.pk for side in self.instance.committee.sides]
        self.fields["side"].queryset = Side.objects.visible_to(self.user).filter(pk__in=sides)
        self.fields["office"].queryset = offices_for(self.user).filter(organisation__side__in=sides)
        self.lay_out(beside("side", "role"), beside("office"), beside("started_on", "ended_on"), "source", "unverified")


class SeatEndForm(DirectoryForm):
    class Meta:
        model = Seat
        fields = ["ended_on"]
        widgets = {"ended_on": DayInput}
        labels = {"ended_on": _("Last day")}
        help_texts = {"ended_on": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].required = True
        self.lay_out(beside("ended_on"))


class DayForm(forms.Form):
    """A day to look at. Empty: today."""

    on = forms.DateField(label=_("On"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
