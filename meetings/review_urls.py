"""What a review link opens. The key stands in the address; whoever has it needs no log-in."""

from django.urls import path

from meetings.views import reviewing

app_name = "review"

urlpatterns = [
    path("", reviewing.review, name="page-detail"),
    path("changes/", reviewing.review_changes, name="page-compare"),
    path("minutes.pdf", reviewing.review_pdf, name="page-pdf"),
    path("receipt/", reviewing.review_receipt, name="page-receipt"),
]
