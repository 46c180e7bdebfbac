"""Where files lie that no public address leads to."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Papers and exports; a guarded view hands them out."""
    return storages["private"]
