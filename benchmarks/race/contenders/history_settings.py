"""Django's settings for django-pghistory."""

import os

from psycopg.conninfo import conninfo_to_dict

_PLACE = conninfo_to_dict(os.environ["RACE_URL"])

SECRET_KEY = "only for a race"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _PLACE.get("dbname", ""),
        "USER": _PLACE.get("user", ""),
        "PASSWORD": _PLACE.get("password", ""),
        "HOST": _PLACE.get("host", ""),
        "PORT": _PLACE.get("port", ""),
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "pgtrigger",
    "pghistory",
    "race.contenders.history_app",
]
PGTRIGGER_INSTALL_ON_MIGRATE = True
PGHISTORY_APPEND_ONLY = True
# The tables are made from the models as they are; their migrations would be written by a command.
MIGRATION_MODULES = {"history_app": None}
