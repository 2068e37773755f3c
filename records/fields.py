"""Fields for text that people write. Forms, the admin and imports all go through the same cleaning."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from records.text import clean_text


class TextLineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "").strip()


class TextBlockField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "", lines=True).strip()


class TextLine(models.CharField):
    """One line of text, at most 300 characters unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        if not self.choices:
            kwargs.setdefault("form_class", TextLineField)
        return super().formfield(**kwargs)

    def clean(self, value: Any, model_instance: Any) -> Any:
        return super().clean(_cleaned(value, lines=False), model_instance)


class TextBlock(models.TextField):
    """Text of several lines, at most 20,000 characters unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20_000)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", TextBlockField)
        return super().formfield(**kwargs)

    def clean(self, value: Any, model_instance: Any) -> Any:
        value = super().clean(_cleaned(value, lines=True), model_instance)
        if self.max_length and len(value) > self.max_length:
            raise ValidationError(f"{len(value)} > {self.max_length}", code="max_length")
        return value


def _cleaned(value: Any, *, lines: bool) -> Any:
    return clean_text(value, lines=lines) if isinstance(value, str) else value


class WebAddress(models.URLField):
    """A link that a page may follow: http or https, and nothing that runs."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("assume_scheme", "https")
        return super().formfield(**kwargs)
