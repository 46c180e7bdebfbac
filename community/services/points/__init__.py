"""H6: points, from earning to expiry. Whoever gives some calls `award`."""

from community.services.points.awarding import award

__all__ = ["award"]
