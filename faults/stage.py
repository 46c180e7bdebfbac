"""What every scenario is given."""

import random
from dataclasses import dataclass, field
from itertools import count

from bench.seeding import Shop
from faults.platform import Platform
from faults.sizes import Size


@dataclass(kw_only=True)
class Town:
    """The shop in which it all happens, and numbers for its campaigns and customers."""

    shop: Shop
    _turns: "count[int]" = field(default_factory=lambda: count(1))

    def turn(self) -> int:
        """A number nobody has had."""
        return next(self._turns)


@dataclass(kw_only=True)
class Stage(Town):
    """The town with its platform, how much of everything, and luck that a seed repeats."""

    platform: Platform
    size: Size
    luck: random.Random
