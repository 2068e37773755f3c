"""Files as they leave: always downloaded, never shown in the browser, never kept by a cache on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

CSV = "text/csv; charset=utf-8; header=present"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
AKN = "application/akn+xml"
TEXT = "text/plain; charset=utf-8"


def download(content: bytes | Iterator[bytes], filename: str, content_type: str) -> HttpResponseBase:
    """An attachment called ``filename`` (RFC 6266), streamed where ``content`` is an iterator."""
    headers = {
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    if isinstance(content, bytes):
        return HttpResponse(content, content_type=content_type, headers=headers)
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)


def error_page(request: HttpRequest, status: int, heading: str, detail: Any) -> HttpResponse:
    """The house's page for what went wrong, for answers that are neither a file nor a record."""
    return render(request, "error.html", {"heading": heading, "detail": detail, "status": status}, status=status)
