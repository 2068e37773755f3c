"""What a review link opens. The key stands in the address; whoever has it needs no log-in."""

from django.urls import path

from meetings.views import reviewing

app_name = "review"

urlpatterns = [
    path("<str:key>/", reviewing.review, name="page-detail"),
    path("<str:key>/changes/", reviewing.review_changes, name="page-compare"),
    path("<str:key>/minutes.pdf", reviewing.review_pdf, name="page-pdf"),
    path("<str:key>/receipt/", reviewing.review_receipt, name="page-receipt"),
]
