"""J1: bars by hand: heights that add up, an axis of round numbers, words that fit."""

from itertools import pairwise

import pytest

from web.charts import NARROW, WIDE, draw, scale


@pytest.mark.parametrize(
    ("values_fen", "lines_yuan"),
    [
        ([], [0, 100]),
        ([0, 0], [0, 100]),
        ([29_900], [0, 100, 200, 300]),
        ([40_001], [0, 200, 400, 600]),
        ([1_198_000, 864_230], [0, 5_000, 10_000, 15_000]),
        ([-2_990, 8_970], [0, 100]),
        ([-90_000], [-500, 0, 500]),
        ([-100_000], [-1_000, -500, 0, 500]),
    ],
)
def test_the_axis_holds_every_value_and_zero_in_round_numbers(values_fen: list[int], lines_yuan: list[int]) -> None:
    assert [line // 100 for line in scale(values_fen)] == lines_yuan


def test_a_bar_is_as_high_as_its_share_of_the_axis() -> None:
    drawing = draw([20_000, 0, 40_000], ["a", "b", "c"])
    room = WIDE.height - WIDE.top - WIDE.foot
    assert [bar.height for bar in drawing.bars] == [room / 2, 0, room]
    assert [bar.y + bar.height for bar in drawing.bars] == [WIDE.height - WIDE.foot] * 3
    assert [bar.kind for bar in drawing.bars] == ["", "", "today"]


def test_more_back_than_in_hangs_below_the_line() -> None:
    drawing = draw([10_000, -10_000, 10_000], ["a", "b", "c"])
    above, below, _today = drawing.bars
    assert below.kind == "minus"
    assert below.y == above.y + above.height, "it begins where the others stand"
    assert [mark.word for mark in drawing.axis] == ["−100", "0", "100"]


def test_ninety_days_write_as_many_words_as_there_is_room_for_and_today_always() -> None:
    days = [str(number) for number in range(90)]
    for paper in (WIDE, NARROW):
        drawing = draw([100] * 90, days, paper=paper)
        places = [mark.at for mark in drawing.days]
        assert drawing.days[-1].word == "89"
        assert min(later - earlier for earlier, later in pairwise(places)) >= 40
        assert max(bar.x + bar.width for bar in drawing.bars) <= paper.width


def test_what_it_is_compared_with_is_a_line_over_the_same_days() -> None:
    assert draw([100, 200], ["a", "b"], compared_fen=[100, 200]).line.count("L") == 1
    assert draw([100, 200], ["a", "b"]).line == ""


def test_a_small_loss_has_room_below_the_line_but_no_line_of_its_own() -> None:
    drawing = draw([100_000, -3_000, 50_000], ["a", "b", "c"])
    loss = drawing.bars[1]
    assert [mark.word for mark in drawing.axis] == ["0", "500", "1,000"]
    assert loss.height > 0
    assert round(loss.y + loss.height) == WIDE.height - WIDE.foot
