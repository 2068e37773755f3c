"""The addresses of communiqués, below a meeting's."""

from django.urls import path
from django.views.decorators.http import require_POST

from meetings.exports import views as exports
from meetings.views import communique

_HERE = "<str:reference>/communique"

urlpatterns = [
    path(f"{_HERE}/", communique.communique_detail, name="communique-detail"),
    path(f"{_HERE}/report/", communique.communique_report, name="communique-report"),
    path(f"{_HERE}/draft/", require_POST(communique.communique_draft), name="communique-draft"),
    path(f"{_HERE}/discard/", communique.communique_discard, name="communique-discard"),
    path(f"{_HERE}/clear/", communique.communique_clear, name="communique-clear"),
    path(f"{_HERE}/withdraw/", communique.communique_withdraw, name="communique-withdraw"),
    path(f"{_HERE}/sentences/add/", communique.sentence_add, name="sentence-add"),
    path(f"{_HERE}/sentences/order/", require_POST(communique.sentence_order), name="sentence-order"),
    path(f"{_HERE}/sentences/<int:pk>/", communique.sentence_edit, name="sentence-edit"),
    path(f"{_HERE}/sentences/<int:pk>/split/", communique.sentence_split, name="sentence-split"),
    path(f"{_HERE}/sentences/<int:pk>/remove/", communique.sentence_remove, name="sentence-remove"),
    path(f"{_HERE}.pdf", exports.communique_pdf, name="communique-pdf"),
    path(f"{_HERE}.docx", exports.communique_docx, name="communique-docx"),
    path(f"{_HERE}.txt", exports.communique_txt, name="communique-txt"),
    path(f"{_HERE}.json", exports.communique_json, name="communique-json"),
]
