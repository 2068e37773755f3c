from django.urls import path

from agreements.views import commitments, register

app_name = "agreements"

urlpatterns = [
    path("", register.commitment_list, name="commitment-list"),
    path("commitments.csv", register.commitment_export, name="commitment-export"),
    path("<path:reference>/move/", commitments.commitment_move, name="commitment-move"),
    path("<path:reference>/report/", commitments.report_file, name="report-file"),
    path("<path:reference>/", commitments.commitment_detail, name="commitment-detail"),
]
