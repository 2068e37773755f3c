"""The administration as tests use it: its addresses, and its forms as they would be sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def url_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def as_shown(client: Any, url: str) -> dict[str, Any]:
    """What the page at ``url`` would send if it were saved as it is."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for parts in context["inline_admin_formsets"]:
        forms += [parts.formset.management_form, *parts.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, list | tuple):
                data[field.html_name] = [getattr(each, "pk", each) for each in value]
            elif value is not None and value is not False:
                data[field.html_name] = value
    for name in [name for name in data if name.endswith(("starts_at", "ends_at"))]:
        instant = data.pop(name)
        data |= {f"{name}_0": f"{instant:%Y-%m-%d}", f"{name}_1": f"{instant:%H:%M:%S}"}
    return data


def errors_of(response: Any) -> dict[str, Any]:
    return response.context["adminform"].form.errors
