"""What `make faults` says of what it saw."""

from faults.findings import Findings, Row, table


def test_who_finds_what_was_wanted_has_survived() -> None:
    findings = Findings("worker killed 20 times")
    findings.count("refunds", 10_000, 10_000)
    findings.measure("well again within", 2.04, 30)
    row = Row("worker", findings, 61.7)
    assert row.survived
    assert table([row]).splitlines() == [
        "fault | what was done | survived: counts | seconds",
        "worker | worker killed 20 times | yes: 10,000 refunds, well again within 2.0 s | 62",
    ]


def test_one_number_that_is_wrong_is_said_and_is_too_many() -> None:
    findings = Findings("worker killed 20 times")
    findings.count("double", 1, 0)
    findings.measure("well again within", 31, 30)
    row = Row("worker", findings, 1)
    assert not row.survived
    assert table([row]).splitlines()[1:] == [
        "worker | worker killed 20 times | NO: 1 double, well again within 31.0 s | 1",
        "    ✗ 1 double instead of 0",
        "    ✗ well again within 31.0 s, and at most 30 s were allowed",
    ]
