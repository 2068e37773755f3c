"""The sprite holds each icon that a page shows, and no other."""

from __future__ import annotations

import re

from django.conf import settings

from records.templatetags import records as tags
from secretariat.templatetags import house

_IN_SPRITE = re.compile(r'<symbol id="([\w-]+)"')
_IN_TEMPLATE = re.compile(r'\bicon[= ]"([\w-]+)"')


def test_each_icon_used_is_in_the_sprite_and_each_in_the_sprite_is_used() -> None:
    used = {"circle", *tags._SHAPES.values()}
    used |= {place.icon for heading in [*house._PLAN, house._ADMINISTRATION] for place in heading.places}
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        used |= set(_IN_TEMPLATE.findall(template.read_text(encoding="utf-8")))
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text(encoding="utf-8")
    assert sorted(_IN_SPRITE.findall(sprite)) == sorted(used)
