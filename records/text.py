"""Text as it comes in: normalised without changing what a person sees."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# NFC would replace CJK compatibility ideographs, and with them the spelling of Japanese family names.
_OUTSIDE_COMPATIBILITY_IDEOGRAPHS = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str, *, lines: bool = False) -> str:
    """``value`` in NFC, with one kind of line break and without stray control characters.

    Variation selectors and joiners stay: names need them. Raises ``ValidationError`` for what cannot be meant:
    NUL, half a character (a lone surrogate), marks that reverse the reading direction, text with nothing visible.
    """
    if "\x00" in value:
        raise ValidationError(_("This text contains a NUL character. Please remove it."), code="nul")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError(_("This text contains half a character. Please type it again."), code="surrogate")
    if _DIRECTION_OVERRIDES.search(value):
        raise ValidationError(
            _("This text contains invisible marks that reverse the reading direction. Please remove them."),
            code="bidi",
        )
    value = _LINE_BREAKS.sub("\n", value)
    if not lines:
        value = re.sub(r"[\n\t]+", " ", value)
    value = _CONTROLS.sub("", value)
    value = _OUTSIDE_COMPATIBILITY_IDEOGRAPHS.sub(lambda part: unicodedata.normalize("NFC", part[0]), value)
    if value and not any(is_visible(character) for character in value):
        raise ValidationError(_("This text has no visible characters."), code="invisible")
    return value


def is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}


def folded(value: str) -> str:
    """``value`` as searches compare it: NFKC, without case, ё as е. For comparing only, never for storing."""
    return unicodedata.normalize("NFKC", value).casefold().replace("ё", "е")
