from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from directory.views import committees, offices, people, regions


class CommitteeCode(StringConverter):
    regex = "[A-Z][A-Z0-9-]{0,11}"


register_converter(CommitteeCode, "committee")

app_name = "directory"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="directory:person-list"), name="home"),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_create, name="person-create"),
    path("people/<int:pk>/", people.person_detail, name="person-detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/delete/", people.person_delete, name="person-delete"),
    path("people/<int:pk>/tenures/new/", people.tenure_create, name="tenure-create"),
    path("tenures/<int:pk>/edit/", people.tenure_edit, name="tenure-edit"),
    path("tenures/<int:pk>/delete/", people.tenure_delete, name="tenure-delete"),
    path("organisations/", offices.organisation_list, name="organisation-list"),
    path("organisations/new/", offices.organisation_create, name="organisation-create"),
    path("organisations/<int:pk>/", offices.organisation_detail, name="organisation-detail"),
    path("organisations/<int:pk>/edit/", offices.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/delete/", offices.organisation_delete, name="organisation-delete"),
    path("offices/", offices.office_list, name="office-list"),
    path("offices/new/", offices.office_create, name="office-create"),
    path("offices/<int:pk>/", offices.office_detail, name="office-detail"),
    path("offices/<int:pk>/edit/", offices.office_edit, name="office-edit"),
    path("offices/<int:pk>/delete/", offices.office_delete, name="office-delete"),
    path("offices/<int:pk>/handover/", offices.office_handover, name="office-handover"),
    path("committees/", committees.committee_list, name="committee-list"),
    path("committees/new/", committees.committee_create, name="committee-create"),
    path("committees/<committee:code>/", committees.committee_detail, name="committee-detail"),
    path("committees/<committee:code>/edit/", committees.committee_edit, name="committee-edit"),
    path("committees/<committee:code>/seats/new/", committees.seat_create, name="seat-create"),
    path("seats/<int:pk>/edit/", committees.seat_edit, name="seat-edit"),
    path("seats/<int:pk>/end/", committees.seat_end, name="seat-end"),
    path("seats/<int:pk>/delete/", committees.seat_delete, name="seat-delete"),
    path("regions/", regions.region_list, name="region-list"),
    path("regions/new/", regions.region_create, name="region-create"),
    path("regions/<int:pk>/edit/", regions.region_edit, name="region-edit"),
    path("regions/<int:pk>/delete/", regions.region_delete, name="region-delete"),
    path("sides/", regions.side_list, name="side-list"),
    path("sides/<int:pk>/edit/", regions.side_edit, name="side-edit"),
]
