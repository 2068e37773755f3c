"""Finding people by name: three scripts and kana, any order, with or without spaces."""

from __future__ import annotations

import re

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat, Replace

from directory.models import Person

#: What stands between the parts of a name: 茂木 敏充, レシェトニコフ、マクシム・ゲンナジエヴィチ, Reshetnikov, Maksim.
_BETWEEN_NAMES = re.compile(r"[\s,.、，・･=＝]+")
_KATAKANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_HIRAGANA = {hiragana: hiragana + 0x60 for hiragana in range(0x3041, 0x3097)}
_PARTS = ("family_name", "given_name", "patronymic")


def words(text: str) -> list[str]:
    """The parts of a name as somebody typed it."""
    return [word for word in _BETWEEN_NAMES.split(text) if word]


def matching_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Those whose name, in whatever script, contains every word of ``text``, in whatever order."""
    found = people.alias(**_WHOLE_NAMES)
    for word in words(text):
        condition = Q()
        for spelling in _spellings(word):
            for column in (*_WHOLE_NAMES, "patronymic_ja", *(f"{part}_en" for part in _PARTS)):
                condition |= Q(**{f"{column}__icontains": spelling})
        found = found.filter(condition)
    return found


def _together(*columns: str) -> Concat:
    """Columns as one text. SQLite's parser allows only a few."""
    return Concat(*columns, output_field=CharField())


#: Japanese names are written without a space, and looked for so; ё counts as е.
_WHOLE_NAMES = {
    "whole_name_ja": _together("family_name_ja", "given_name_ja"),
    "whole_name_kana": _together("family_name_kana", "given_name_kana"),
    "whole_name_ru": Replace(
        Replace(_together(*(f"{part}_ru" for part in _PARTS)), Value("ё"), Value("е")), Value("Ё"), Value("Е")
    ),
}


def _spellings(word: str) -> set[str]:
    """The word as typed and with the other kana; ё as е, as the searched text has it."""
    word = word.replace("ё", "е").replace("Ё", "Е")
    return {word, word.translate(_KATAKANA), word.translate(_HIRAGANA)}
