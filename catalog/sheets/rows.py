"""What a sheet says, row by row, and the rows it says nothing sensible in."""

from dataclasses import dataclass, field

CATEGORIES, PRODUCTS, SKUS = "categories.csv", "products.csv", "skus.csv"


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be imported: the sheet, its line counted from 1, and why."""

    sheet: str
    line: int
    reason: str


@dataclass(frozen=True)
class CategoryRow:
    line: int
    number: str
    parent: str
    name: str


@dataclass(frozen=True)
class SkuRow:
    line: int
    product: str
    specification: str
    price_fen: int
    pieces: int


@dataclass(frozen=True)
class ProductRow:
    line: int
    number: str
    category: str
    name: str
    brief: str
    unit: str
    price_fen: int
    on_sale: bool


@dataclass
class Sheets:
    """What the sheets say, and the rows they say nothing sensible in."""

    categories: list[CategoryRow] = field(default_factory=list)
    products: list[ProductRow] = field(default_factory=list)
    skus: list[SkuRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def refuse(self, sheet: str, line: int, reason: object) -> None:
        """Name a bad row."""
        self.bad.append(BadRow(sheet, line, str(reason)))
