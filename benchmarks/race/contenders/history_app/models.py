"""The same table twice: as it is, and tracked."""

import pghistory
from django.db import models


class PlainProduct(models.Model):
    """Nobody keeps its changes."""

    name = models.TextField()
    slug = models.TextField(unique=True)
    description = models.TextField(null=True)
    status = models.TextField(default="active")
    created_at = models.DateTimeField(auto_now_add=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrackedProduct(models.Model):
    """Triggers write every version of a row to an event table."""

    name = models.TextField()
    slug = models.TextField(unique=True)
    description = models.TextField(null=True)
    status = models.TextField(default="active")
    created_at = models.DateTimeField(auto_now_add=True)
