"""What holds for every request: refused methods and sizes, headers, the person's language and clock."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

Handler = Callable[[HttpRequest], HttpResponse]

_MAX_BODY = 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Guard:
    """Refuses TRACE and oversized bodies before anything is read, and keeps pages with records out of caches."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 18:
            return HttpResponse("The Content-Length header is not a number.", status=400, content_type="text/plain")
        if int(length) > _MAX_BODY and int(length) > _largest_body(request):
            return HttpResponse("This is too large to be accepted.", status=413, content_type="text/plain")
        response = self.handler(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if "Cache-Control" not in response.headers:
            patch_cache_control(response, no_store=True, private=True)
        return response


def _largest_body(request: HttpRequest) -> int:
    """What the address takes, in bytes: a form, and where files are taken the largest one beside it."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return _MAX_BODY
    return _MAX_BODY + (settings.MAX_UPLOAD_BYTES if getattr(view, "takes_files", False) else 0)


class Preferences:
    """Each person reads in their own language and on their own clock."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            timezone.activate(ZoneInfo(request.user.time_zone))
        try:
            return self.handler(request)
        finally:
            timezone.deactivate()
