"""F4: whatever goes back in whatever parts, the platform's money follows the buyer's to the fen."""

from hypothesis import given
from hypothesis import strategies as st

from orders.selectors.earnings import Part, _earning, _Piece
from payments.states import RefundKind

LINE = st.tuples(st.integers(0, 9_999), st.integers(0, 2_000), st.integers(0, 500))


@given(lines=st.lists(LINE, min_size=1, max_size=4), cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4_000))))
def test_what_is_granted_only_sinks_and_ends_at_nothing(
    lines: list[tuple[int, int, int]], cuts: list[tuple[int, int]]
) -> None:
    """Lines of any price, discount and difference, a freight, and any after-sales refunds; then all the rest."""
    pieces: dict[int | None, _Piece] = {None: _Piece(800, 100)}
    pieces |= {at: _Piece(paid, granted, min(difference, paid)) for at, (paid, granted, difference) in enumerate(lines)}
    before = _earning(pieces)
    assert before.granted_fen == sum(piece.granted_fen for piece in pieces.values())
    rest = [(at, 10_000) for at in pieces]
    for at, wanted in [*((at if at in pieces else None, fen) for at, fen in cuts), *rest]:
        piece = pieces[at]
        piece.take(Part(1, at, RefundKind.AFTER_SALES, min(wanted, piece.left_fen)))
        now = _earning(pieces)
        assert 0 <= now.granted_fen <= before.granted_fen
        assert (now.goods_fen <= before.goods_fen, now.freight_fen <= before.freight_fen) == (True, True)
        paid = sum(each.left_fen for each in pieces.values())
        assert now.goods_fen + now.freight_fen == paid + now.granted_fen
        before = now
    assert (before.goods_fen, before.freight_fen, before.granted_fen) == (0, 0, 0)


def test_a_gift_follows_the_rest_of_the_order() -> None:
    """A line that cost the buyer nothing: half of the other one goes back, and with it half of the gift's ¥4.00."""
    pieces: dict[int | None, _Piece] = {None: _Piece(0), 1: _Piece(1000), 2: _Piece(0, 400)}
    pieces[1].take(Part(1, 1, RefundKind.AFTER_SALES, 500))
    assert _earning(pieces).granted_fen == 200


def test_a_difference_that_leaves_nothing_to_refund_keeps_the_grant() -> None:
    """Rule 4: the price sank by all that Alice paid; the platform's part is the merchant's."""
    pieces: dict[int | None, _Piece] = {None: _Piece(0), 1: _Piece(300, 200, difference_fen=300)}
    assert _earning(pieces).granted_fen == 200
