"""Forms of the administration: they lose nothing, and offer nobody what they may not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.actions import EditConflict
from records.forms import _shown
from records.workflow import Refused

#: Fields that every form carries and nobody sees.
HIDDEN = ("seen_version", "submission")


class Refusal(Exception):
    """A write was refused. ``prefix`` says which form of the page it belongs to."""

    def __init__(self, prefix: str | None, cause: Exception) -> None:
        super().__init__(str(cause))
        self.prefix, self.cause = prefix, cause

    @property
    def http_status(self) -> int:
        return 409 if isinstance(self.cause, EditConflict) else 422

    @property
    def messages(self) -> list[str]:
        if isinstance(self.cause, ValidationError):
            return self.cause.messages
        if isinstance(self.cause, ProtectedError):
            return [_("Other records stand on this, so it stays.")]
        if isinstance(self.cause, EditConflict):
            return [_("Somebody else changed this in the meantime. What you typed is still here.")]
        return [_("Somebody else changed something that this depends on. Nothing was saved; please look again.")]


@contextmanager
def refusals_of(prefix: str | None) -> Iterator[None]:
    """Whatever refuses a write inside belongs to the form with that prefix."""
    try:
        yield
    except (EditConflict, ValidationError, ProtectedError, IntegrityError, ObjectDoesNotExist) as cause:
        raise Refusal(prefix, cause) from cause


class Withheld(forms.CharField):
    """Stands for a reference to something that the person may not read: it is kept, and not shown."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, disabled=True)


class AdminRecordForm(forms.ModelForm):
    """A form on one record, made for one request (``request`` and ``model_admin`` are set on its class).

    It knows the version that the person saw, refuses what they may not write, and says what refused the last attempt.
    """

    request: Any
    model_admin: Any

    seen_version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].required = True
            self.initial["seen_version"] = self.model_admin.version_of(self.instance)
            self._withhold()
        else:
            self.fields["submission"].initial = uuid4

    def clean_seen_version(self) -> str:
        """The page fills it in; whoever sends something else has seen no version at all."""
        seen: str = self.cleaned_data["seen_version"]
        is_number = seen.isdecimal() and len(seen) < 10
        if self.instance.pk and self.model_admin.version_of(self.instance).isdecimal() and not is_number:
            raise forms.ValidationError(_("This request cannot be understood. Nothing was changed."))
        return seen

    def has_changed(self) -> bool:
        """A version that is no longer the present one is a change too: the conflict has to show."""
        return any(name != "submission" for name in self.changed_data)

    def _withhold(self) -> None:
        for name in self.model_admin.guarded:
            field = self.fields.get(name)
            if not isinstance(field, forms.ModelChoiceField) or isinstance(field, forms.ModelMultipleChoiceField):
                continue
            key = getattr(self.instance, f"{name}_id")
            if key is not None and not field.queryset.filter(pk=key).exists():  # type: ignore[union-attr]
                self.fields[name] = Withheld(field.label)
                self.initial[name] = gettext_lazy("something that you may not read")

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, Withheld):
                self.cleaned_data.pop(name, None)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and not self._may_be_written():
            self.add_error(None, _("You may not write for this committee."))
        refusal = getattr(self.request, "refusal", None)
        if refusal is not None and refusal.prefix == self.prefix:
            self._explain(refusal)

    def _may_be_written(self) -> bool:
        try:
            return self.model_admin.may_write(self.request.user, self.instance)
        except (ObjectDoesNotExist, AttributeError):
            return True  # it stands under something new, whose own form is asked

    def _explain(self, refusal: Refusal) -> None:
        cause = refusal.cause
        if isinstance(cause, EditConflict):
            self._show_theirs(cause.current)
        if isinstance(cause, Refused) and cause.field in self.fields:
            self.add_error(cause.field, cause)
        elif isinstance(cause, ValidationError) and hasattr(cause, "error_dict"):
            for name, errors in cause.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        else:
            for message in refusal.messages:
                self.add_error(None, message)

    def _show_theirs(self, current: Any) -> None:
        """Beside each field that differs, what somebody else saved; sending again overwrites it knowingly."""
        theirs = type(self)(instance=current, prefix=self.prefix)
        for name in self.fields:
            if name in HIDDEN or name not in theirs.fields or isinstance(self.fields[name], Withheld):
                continue
            before = _shown(theirs[name])
            if before != _shown(self[name]):
                self.add_error(name, _("Saved by somebody else: “%(text)s”") % {"text": before or "—"})
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        sent[self.add_prefix("seen_version")] = self.model_admin.version_of(current)
        self.data = sent


class RecordFormSet(forms.BaseInlineFormSet):
    """The parts of a record. ``inline`` and ``request`` are set on the class made for a request."""

    inline: Any
    request: Any

    def clean(self) -> None:
        super().clean()
        refusal = getattr(self.request, "refusal", None)
        if refusal is None:
            return
        for form in self.deleted_forms if self.can_delete else []:
            if refusal.prefix == form.prefix:
                raise ValidationError(refusal.messages)


class _OnlyNumbers:
    """Options for what is chosen. What was sent is looked up only if it can be a record's number."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        possible = [each for each in value if str(each).isdecimal() and len(str(each)) < 19]
        return super().optgroups(name, possible, attr)  # type: ignore[misc]


class RecordAutocomplete(_OnlyNumbers, AutocompleteSelect):
    pass


class RecordsAutocomplete(_OnlyNumbers, AutocompleteSelectMultiple):
    pass
