"""The settings of the tests: the real ones, with a key and a folder made up for this run.

SQLite in a file, so that a browser's requests come through connections of their own; PostgreSQL where
``DATABASE_URL`` names one.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:  # workers of a parallel run inherit the folder of the process that started them
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="secretariat-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ["HTTPS"] = "no"
os.environ["DEBUG"] = "no"
os.environ["DEMO"] = "no"
os.environ["LOG_LEVEL"] = "ERROR"
for name in (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "TRUSTED_PROXIES",
    "SESSION_HOURS",
    "MAX_UPLOAD_MB",
    "ANTIVIRUS_COMMAND",
    "SIGNING_CERTIFICATE",
    "SIGNING_PASSWORD_FILE",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_TLS",
    "EMAIL_USER",
    "EMAIL_PASSWORD",
    "EMAIL_PASSWORD_FILE",
    "DEFAULT_FROM_EMAIL",
    "PUBLIC_URL",
    "REMIND_AFTER_DAYS",
):
    os.environ.pop(name, None)
for code in ("EN", "JA", "RU"):
    os.environ.pop(f"MINISTRY_{code}", None)

from secretariat.settings import *  # noqa: E402, F403
from secretariat.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES["default"]["CONN_MAX_AGE"] = 0
if IS_SQLITE:
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
