"""What money refuses to do."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid, NotFound, Refusal, Unavailable


class PaymentInProgress(Conflict):
    """An earlier payment of the same thing has no result yet; find that out before starting another."""

    code = "payment_in_progress"
    message = _("还有一笔支付没有结果，请稍等，不要重复付款")


class AlreadyPaid(Conflict):
    """This instalment has its money."""

    code = "already_paid"
    message = _("已经付过款了")


class PaymentOver(Conflict):
    """A payment that has ended cannot be opened at its gateway again."""

    code = "payment_over"
    message = _("这笔支付已经结束了，请重新发起支付")


class NotEnoughBalance(Conflict):
    """The payer's balance holds less than was to be taken."""

    code = "not_enough_balance"
    message = _("余额不够了，请重新选择怎么付")


class UnknownGateway(NotFound):
    """No such gateway is configured."""

    code = "unknown_gateway"
    message = _("没有这个支付渠道")


class GatewayUnavailable(Unavailable):
    """The gateway did not answer, or answered with a fault of its own: what it did is unknown until it is asked."""

    code = "gateway_unavailable"
    message = _("支付渠道暂时没有回应，请稍后再试")


class GatewayRefused(Conflict):
    """The gateway understood and said no; asking again changes nothing."""

    code = "gateway_refused"
    message = _("支付渠道拒绝了：%(reason)s")


class OpenidNeeded(Conflict):
    """Inside WeChat a payment is opened for one person: ask WeChat first who is paying."""

    code = "openid_needed"
    message = _("在微信里付款，要先让微信确认是你本人")


class FactRejected(Invalid):
    """What a gateway told cannot be believed. It changes nothing and is kept as evidence."""

    code = "fact_rejected"
    message = _("支付通知没有通过核对")


class BadSignature(FactRejected):
    """Not signed by the gateway, or signed over other bytes."""

    code = "bad_signature"
    status = 401
    message = _("签名不对")


class StaleMessage(FactRejected):
    """Signed too long ago, or in the future."""

    code = "stale_message"
    status = 401
    message = _("消息的时间超出了允许范围")


class MalformedMessage(FactRejected):
    """Signed, and still not what was agreed on."""

    code = "malformed_message"
    message = _("消息的内容无法识别")


class ForeignMessage(FactRejected):
    """Meant for another merchant number than ours."""

    code = "foreign_message"
    message = _("消息不是给我们的商户号的")


class UnknownDocument(FactRejected):
    """It names a payment or refund that we never made at this gateway."""

    code = "unknown_document"
    status = 404
    message = _("消息里的单号不存在")


class AmountMismatch(FactRejected):
    """Another amount than ours: it never counts as paid."""

    code = "amount_mismatch"
    status = 409
    message = _("金额对不上：应为 %(expected_fen)s 分，通知为 %(told_fen)s 分")


class CurrencyMismatch(FactRejected):
    """Another currency than ours: its figures are not fen."""

    code = "currency_mismatch"
    status = 409
    message = _("币种不是人民币")


class GatewayNumberMismatch(FactRejected):
    """The gateway's own number belongs to another payment, or differs from the one that was captured."""

    code = "gateway_number_mismatch"
    status = 409
    message = _("渠道流水号对不上")


class PaidBackOtherwise(FactRejected):
    """It says that it has given back what an operator has paid by another way: the payer may have it twice."""

    code = "paid_back_otherwise"
    status = 409
    message = _("这笔退款已经用别的方式退过了，渠道又说它也退了")


class ReferenceMissing(Invalid):
    """A payment by hand is proven by the bank's number of it."""

    code = "reference_missing"
    message = _("写上银行的打款凭证号")


class DayNotOver(Conflict):
    """There is no bill of a day that is still going on."""

    code = "day_not_over"
    message = _("这一天还没有过完，没有账单可核对")


class AlreadyReconciling(Conflict):
    """Somebody else reads this bill just now."""

    code = "already_reconciling"
    message = _("这份账单正在核对，请稍后再看")


class RefundRefused(Refusal):
    """A refund that may not be made; `payment` names the payment it was asked of."""

    code = "refund_refused"
    status = 409
    message = _("支付单 %(payment)s 不能这样退款")


class NotCaptured(RefundRefused):
    """There is no money to give back."""

    code = "not_captured"
    message = _("支付单 %(payment)s 没有收到钱，不能退款")


class RefundTooLarge(RefundRefused):
    """More than is left of what was captured."""

    code = "refund_too_large"
    message = _("支付单 %(payment)s 最多还能退 %(left_fen)s 分")


class TooManyRefunds(RefundRefused):
    """Gateways take a limited number of refunds for one payment."""

    code = "too_many_refunds"
    message = _("支付单 %(payment)s 的退款次数已用完")


class RefundedBefore(RefundRefused):
    """Of this kind a payment has one refund at most, and it has it."""

    code = "refunded_before"
    message = _("支付单 %(payment)s 已经有这种退款了")


class RefundAmountInvalid(RefundRefused):
    """A refund of nothing, or of less."""

    code = "refund_amount_invalid"
    status = 400
    message = _("支付单 %(payment)s 的退款金额要大于 0")


class NoSuchPayee(NotFound):
    """Never added, removed, or somebody else's: strangers cannot tell which."""

    code = "no_such_payee"
    message = _("没有这个收款账户，先添加一个")


class TooManyPayees(Conflict):
    code = "too_many_payees"
    message = _("最多保存 %(limit)s 个收款账户，先移除一个")


class KnownPayee(Conflict):
    """The account is one of the owner's already."""

    code = "known_payee"
    message = _("这个账户已经添加过了")


class PayeeInUse(Conflict):
    """Money is on its way to it."""

    code = "payee_in_use"
    message = _("还有提现要打到这个账户，等它结束或先撤回")


class WithdrawalTooSmall(Invalid):
    """Less than the house pays out at once."""

    code = "withdrawal_too_small"
    message = _("一次至少提现 %(least)s")


class PurseTooSmall(Conflict):
    """More is wanted than stands there."""

    code = "purse_too_small"
    message = _("最多可以提现 %(most)s")


class PurseNegative(Conflict):
    """Something was taken back after it had been withdrawn; what comes next covers it."""

    code = "purse_negative"
    message = _("账户欠 %(owed)s，要等新的收入抵完才能提现")


class PayoutDenied(Conflict):
    """A check says that this money must not leave."""

    code = "payout_denied"
    message = _("%(reason)s")


class InvolvedOperator(Denied):
    """Nobody decides about money that they or their own shop asked for."""

    code = "involved_operator"
    message = _("自己或自己店铺的提现不能自己处理，请换一位同事")


class ApprovedBefore(Conflict):
    """One person is one approval."""

    code = "approved_before"
    message = _("你已经审批过了，还要另一位同事审批")
