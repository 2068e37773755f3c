"""What entries do to commitments, and the check of the minutes: under a meeting's address."""

from django.urls import path

from meetings.views import check, committing

urlpatterns = [
    path("<str:reference>/check/", check.minutes_check, name="minutes-check"),
    path("<str:reference>/entries/<int:pk>/commitment/", committing.commitment_make, name="commitment-make"),
    path("<str:reference>/entries/<int:pk>/mention/", committing.mention_add, name="mention-add"),
    path("<str:reference>/mentions/<int:pk>/", committing.mention_edit, name="mention-edit"),
    path("<str:reference>/mentions/<int:pk>/remove/", committing.mention_remove, name="mention-remove"),
]
