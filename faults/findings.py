"""What a fault did to the platform: a row of the table."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Findings:
    """What was done, what was counted afterwards, and what is broken: nothing, if the fault was survived."""

    done: str
    counts: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def count(self, what: str, found: int, wanted: int) -> None:
        """Note a number that must be exactly this one."""
        self.counts.append(f"{found:,} {what}")
        if found != wanted:
            self.broken.append(f"{found:,} {what} instead of {wanted:,}")

    def measure(self, what: str, found: float, at_most: float, unit: str = "s") -> None:
        """Note a number that must not be larger than this one."""
        self.counts.append(f"{what} {found:.1f} {unit}")
        if found > at_most:
            self.broken.append(f"{what} {found:.1f} {unit}, and at most {at_most:g} {unit} were allowed")

    def note(self, what: str) -> None:
        """Note what is neither right nor wrong."""
        self.counts.append(what)

    def blame(self, reasons: Iterable[str]) -> None:
        """Note what is broken."""
        self.broken.extend(reasons)


@dataclass(frozen=True)
class Row:
    """The findings of one fault under its name."""

    name: str
    findings: Findings
    seconds: float

    @property
    def survived(self) -> bool:
        return not self.findings.broken


def table(rows: Iterable[Row]) -> str:
    """Everything in lines: fault | what was done | survived: counts | seconds."""
    lines = ["fault | what was done | survived: counts | seconds"]
    for row in rows:
        verdict = "yes" if row.survived else "NO"
        counts = ", ".join(row.findings.counts)
        lines.append(f"{row.name} | {row.findings.done} | {verdict}: {counts} | {row.seconds:.0f}")
        lines += [f"    ✗ {reason}" for reason in row.findings.broken]
    return "\n".join(lines)
