"""Which passwords are taken."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "passwordpassword",
        "kandakandakanda",
        "aaaaaaaaaaaaaaaa",
        "iloveyou12345678",
        "qwertyqwertyqwert",
    ],
)
def test_short_repeated_and_common_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["bonnet-glacier-garnet-8885", "春はあけぼのやうやう白くなりゆく", "a" * 40 + " long way to tipperary"]
)
def test_long_ones_of_any_make_are_fine(password):
    validate_password(password)
