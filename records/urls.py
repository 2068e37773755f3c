from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("<str:label>/<int:pk>/history/", views.record_history, name="history"),
]
