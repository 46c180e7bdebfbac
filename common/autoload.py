"""What the apps contribute upwards is found by the name of its module, the same in every app."""

from django.utils.module_loading import autodiscover_modules

CONTRIBUTIONS = (
    "address_books",
    "handlers",
    "rules",
    "claims",
    "effects",
    "checks",
    "invariants",
    "archives",
    "exports",
)


def load_contributions() -> None:
    """Import each app's contribution modules once, so that they enter the registries they fill."""
    autodiscover_modules(*CONTRIBUTIONS)
