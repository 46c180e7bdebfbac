from django.db import models
from django.db.models import Q

from accounts.models import User


class Sighting(models.Model):
    """That somebody came from a device and a network. Both are keyed hashes: they compare, and say nothing else.

    Written when people sign in, register or place an order; without a cookie the device is empty.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sightings")
    device_hash = models.CharField(max_length=64, blank=True)
    network_hash = models.CharField(max_length=64)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "device_hash", "network_hash"], name="sighting_once"),
        ]
        indexes = [
            models.Index(fields=["device_hash", "last_seen"], name="sighting_of_device", condition=~Q(device_hash="")),
            models.Index(fields=["last_seen"], name="sighting_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device_hash[:8]}"


class AddressSighting(models.Model):
    """That somebody had something delivered to a door. The door is a keyed hash of district and detail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="address_sightings")
    address_hash = models.CharField(max_length=64)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address_hash"], name="address_sighting_once")]
        indexes = [
            models.Index(fields=["address_hash", "last_seen"], name="sighting_of_address"),
            models.Index(fields=["last_seen"], name="address_sighting_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.address_hash[:8]}"
