from django.http import Http404, HttpRequest, HttpResponse


def minutes_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404


minutes_csv = minutes_pdf


def meetings_csv(request: HttpRequest) -> HttpResponse:
    raise Http404


entries_csv_download = meetings_csv
