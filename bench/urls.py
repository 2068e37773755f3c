"""The house's addresses, and one page with nothing on it: what a page costs before it says anything."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from secretariat.urls import *  # noqa: F403
from secretariat.urls import urlpatterns as house

_EMPTY = engines["django"].from_string('{% extends "base.html" %}')


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_EMPTY.render({}, request))


def nothing(request: HttpRequest) -> HttpResponse:
    """What a POST of somebody logged in costs before it does anything."""
    return HttpResponse(status=204)


urlpatterns = [
    path("bench/empty/", empty, name="bench-empty"),
    path("bench/nothing/", nothing, name="bench-nothing"),
    *house,
]
