"""What went wrong is said in words, with the right status, to whoever it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import path

from secretariat import urls, views
from tests import factories

pytestmark = pytest.mark.django_db


def broken(request: Any) -> None:
    raise RuntimeError("a fault of ours")


def forbidden(request: Any) -> None:
    raise PermissionDenied("This is for the secretary of the committee.")


urlpatterns = [*urls.urlpatterns, path("broken/", broken), path("forbidden/", forbidden)]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def reader(client_for: Any) -> Client:
    return client_for(factories.make_user("reader", "reader"))


def test_a_page_that_is_not_there(reader: Client) -> None:
    response = reader.get("/nothing/")
    assert response.status_code == 404
    assert "There is nothing here for you" in response.text
    assert 'aria-label="Main"' in response.text


def test_a_page_that_is_not_there_for_nobody_shows_no_menu(client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert 'aria-label="Main"' not in response.text


@pytest.mark.urls(__name__)
def test_what_is_forbidden_says_why(reader: Client) -> None:
    response = reader.get("/forbidden/")
    assert response.status_code == 403
    assert "This is for the secretary of the committee." in response.text


@pytest.mark.urls(__name__)
def test_a_fault_of_ours_is_admitted_without_details(client_for: Any) -> None:
    client = client_for(factories.make_user("reader2", "reader"), raise_request_exception=False)
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "The fault is ours, not yours" in response.text
    assert "RuntimeError" not in response.text


def test_the_page_for_our_faults_needs_neither_the_database_nor_the_list_of_files(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with django_assert_num_queries(0):
        response = views.server_error(RequestFactory().get("/"))
    assert b"secretariat.css" in response.content


def test_a_form_without_its_token_is_refused_in_words(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "This form is out of date" in response.text


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
