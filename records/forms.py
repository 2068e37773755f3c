"""Forms that lose nothing: a version to compare, a key against double sending, both texts after a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from records.actions import EditConflict, one_transaction
from records.languages import columns
from records.models import Record, Submission
from records.workflow import Refused


class Difference(NamedTuple):
    """One field on which two people disagree."""

    name: str
    label: str
    theirs: str
    yours: str


class RecordForm(forms.ModelForm):
    """A form on one record. ``attempt`` tries an action and keeps everything typed when it fails.

    After ``attempt`` returned false, answer with ``http_status``: 422 for input that cannot be accepted, 409 when
    somebody else was quicker; ``conflict`` then holds both texts, and sending again overwrites knowingly. ``user`` is
    whoever fills it in: choices begin at what they may see.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.conflict: list[Difference] = []
        self.http_status = 200
        self.location = ""
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
            self.fields["version"].required = True
            del self.fields["submission"]
        else:
            self.fields["submission"].initial = uuid4
            del self.fields["version"]

    @property
    def expected_version(self) -> int | None:
        """The version of the record that the person saw."""
        return self.cleaned_data.get("version")

    def attempt(self, act: Callable[[], Any], *, by: Any) -> bool:
        """Validate, then call ``act``. False means: show the form again.

        A form that makes something new and was already sent leads to ``location`` without acting twice.
        """
        if not self.is_valid():
            self.http_status = 422
            return False
        try:
            with one_transaction():
                if earlier := self._sent_before(by):
                    self.location = earlier.location
                    return True
                result = act()
                self._remember(result)
        except EditConflict as conflict:
            self._show_both(conflict.current)
            return False
        except (ValidationError, IntegrityError, ObjectDoesNotExist) as refusal:
            self._explain(self._in_words(refusal))
            return False
        return True

    def _in_words(self, refusal: Exception) -> ValidationError:
        """What stood in the way, for the person: a rule's own words, or the rule that the database enforced."""
        if isinstance(refusal, ValidationError):
            return refusal
        if isinstance(refusal, ObjectDoesNotExist):
            return ValidationError(_("Somebody deleted this in the meantime. What you wrote is still here."))
        try:
            self.instance.validate_constraints()
        except ValidationError as broken:
            return broken
        return ValidationError(
            _("This contradicts something that was saved in the meantime. Nothing was changed; please look again.")
        )

    def _sent_before(self, by: Any) -> Submission | None:
        key = self.cleaned_data.get("submission")
        self._submission = None
        if key is None:
            return None
        try:
            with transaction.atomic():
                self._submission = Submission.objects.create(key=key, user=by)
        except IntegrityError:
            return Submission.objects.filter(key=key, user=by).first()
        return None

    def _remember(self, result: Any) -> None:
        if isinstance(result, Record) and hasattr(result, "get_absolute_url"):
            self.location = result.get_absolute_url()
        if self._submission is not None:
            self._submission.location = self.location
            self._submission.save(update_fields=["location"])

    def _explain(self, refusal: ValidationError) -> None:
        self.http_status = 422
        if hasattr(refusal, "error_dict"):
            for name, errors in refusal.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
            return
        field = refusal.field if isinstance(refusal, Refused) else None
        self.add_error(field if field in self.fields else NON_FIELD_ERRORS, refusal)

    def _anew(self, current: Any) -> RecordForm:
        """The form as it would open now."""
        return type(self)(instance=current, user=self.user)

    def _show_both(self, current: Any) -> None:
        self.http_status = 409
        theirs = self._anew(current)
        for name, field in self.fields.items():
            if name in ("version", "submission"):
                continue
            before, after = _shown(theirs[name]), _shown(self[name])
            if before != after:
                self.conflict.append(Difference(name, str(field.label or name), before, after))
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("version")] = str(current.version)
        self.add_error(
            None,
            _(
                "Somebody else changed this in the meantime. Both texts are shown; yours is still in the form. "
                "Merge what you need and save again."
            ),
        )


def in_languages(name: str) -> Row:
    """The three language columns of ``name`` beside each other."""
    return Row(*(Column(column, css_class="col-lg-4") for column in columns(name)))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _shown(bound: forms.BoundField) -> str:
    """A field's value as a person would read it."""
    value = bound.value()
    choices = dict(_flat(getattr(bound.field, "choices", ())))
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(choices.get(str(v), "" if v is None else v)) for v in values)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            flat.extend(_flat(label))
        else:
            flat.append((str(value), label))
    return flat
