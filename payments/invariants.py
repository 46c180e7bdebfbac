"""What must always be true about money."""

from common.invariants import declare
from common.moving import declare_moving
from common.timelines import declare_timeline
from payments.models import (
    Commission,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    ReconciliationCase,
    Refund,
    Withdrawal,
)
from payments.states import CaseStatus, CommissionStatus, PaymentStatus, RefundStatus, WithdrawalStatus

declare_moving(LedgerEntry)
declare_moving(
    LedgerTransaction,
    because=["SELECT transaction_id FROM payments_ledgerentry WHERE id = ANY({payments_ledgerentry})"],
)
BOOKED = "SELECT {} FROM payments_ledgertransaction WHERE id = ANY({{payments_ledgertransaction}})"
declare_timeline(Refund, begins=[RefundStatus.REQUESTED], because=[BOOKED.format("refund_id")])
declare_timeline(
    Payment,
    begins=[PaymentStatus.PENDING, PaymentStatus.CAPTURED],
    because=[
        BOOKED.format("payment_id"),
        "SELECT payment_id FROM payments_refund WHERE id = ANY({payments_refund})",
    ],
)
declare_timeline(Withdrawal, begins=[WithdrawalStatus.HELD, WithdrawalStatus.REQUESTED])
declare_timeline(Commission, begins=[CommissionStatus.FROZEN])
declare_timeline(ReconciliationCase, begins=[CaseStatus.OPEN])

BOOKINGS = {"payments_ledgertransaction": "id = ANY({payments_ledgertransaction})"}
ENTRIES = {"payments_ledgerentry": "transaction_id = ANY({payments_ledgertransaction})"}
ACCOUNTS = {
    "payments_ledgeraccount": "id IN "
    "(SELECT account_id FROM payments_ledgerentry WHERE transaction_id = ANY({payments_ledgertransaction}))"
}
PAYMENTS = {"payments_payment": "id = ANY({payments_payment})"}
REFUNDS = {"payments_refund": "id = ANY({payments_refund})"}
OF_PAYMENTS = {
    "payments_refund": "payment_id = ANY({payments_payment})",
    "payments_ledgertransaction": "payment_id = ANY({payments_payment})",
}
WITHDRAWALS = {"payments_withdrawal": "id = ANY({payments_withdrawal})"}
# What several rows say together is asked of all that speak of the same subject.
SUBJECT = "(subject_kind, subject_number) IN "
SUBJECTS = {"payments_ledgertransaction": f"{SUBJECT} ({BOOKED.format('subject_kind, subject_number')})"}
PAID_SUBJECTS = {
    "payments_payment": f"{SUBJECT} "
    "(SELECT subject_kind, subject_number FROM payments_payment WHERE id = ANY({payments_payment}))"
}
SHARED = (
    f"{SUBJECT} ({BOOKED.format('subject_kind, subject_number')} UNION "
    "SELECT subject_kind, subject_number FROM payments_commission WHERE id = ANY({payments_commission}))"
)
SHARES = {"payments_commission": SHARED, "payments_ledgertransaction": SHARED}

declare(
    "money_booking_balances",
    "每张凭证至少两行，借贷相等（I10）",
    """
    SELECT booking.key FROM payments_ledgertransaction booking
      LEFT JOIN payments_ledgerentry entry ON entry.transaction_id = booking.id
     GROUP BY booking.id, booking.key
    HAVING count(entry.id) < 2
        OR sum(CASE entry.side WHEN 'D' THEN entry.amount_fen ELSE -entry.amount_fen END) <> 0
        OR min(entry.amount_fen) <= 0
    """,
    lately=BOOKINGS,
)

declare(
    "money_ledger_balances",
    "全部账户合计，借贷相等（I10、I11）",
    """
    SELECT sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) FROM payments_ledgerentry
    HAVING sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) <> 0
    """,
    lately=ENTRIES,
)

declare(
    "money_every_fen_located",
    "每笔收款全额入账；已退和在途的分录与退款单一致（I12）",
    """
    WITH booked AS (
        SELECT booking.payment_id,
               coalesce(sum(amount_fen)
                        FILTER (WHERE kind IN ('gateway_clearing', 'balance') AND side = 'D'), 0) AS came,
               coalesce(sum(amount_fen)
                        FILTER (WHERE kind IN ('gateway_clearing', 'balance', 'bank') AND side = 'C'), 0) AS went_back,
               coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END)
                        FILTER (WHERE kind = 'refund_in_flight'), 0) AS in_flight
          FROM payments_ledgerentry entry
          JOIN payments_ledgeraccount account ON account.id = entry.account_id
          JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
         WHERE booking.payment_id IS NOT NULL
         GROUP BY booking.payment_id
    ), promised AS (
        SELECT payment_id, coalesce(sum(amount_fen) FILTER (WHERE status = 'done'), 0) AS done,
               coalesce(sum(amount_fen) FILTER (WHERE status <> 'done'), 0) AS waiting
          FROM payments_refund GROUP BY payment_id
    )
    SELECT payment.number, booked.came, booked.went_back, booked.in_flight
      FROM payments_payment payment
      LEFT JOIN booked ON booked.payment_id = payment.id
      LEFT JOIN promised ON promised.payment_id = payment.id
     WHERE coalesce(booked.came, 0) <> CASE payment.status WHEN 'captured' THEN payment.amount_fen ELSE 0 END
        OR coalesce(booked.went_back, 0) <> coalesce(promised.done, 0)
        OR coalesce(booked.in_flight, 0) <> coalesce(promised.waiting, 0)
    """,
    lately=PAYMENTS | OF_PAYMENTS,
)

declare(
    "money_comes_to_lie_somewhere",
    "每个订单：收款 + 余额支付 + 平台补贴 = 已退 + 在途 + 商家 + 服务费 + 佣金 + 托管，托管不为负（I12）",
    """
    WITH lies AS (
        SELECT booking.subject_kind, booking.subject_number,
               sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END) AS total,
               coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END)
                        FILTER (WHERE kind = 'escrow'), 0) AS held,
               count(*) FILTER (WHERE kind IN ('payout_in_flight')) AS strange
          FROM payments_ledgerentry entry
          JOIN payments_ledgeraccount account ON account.id = entry.account_id
          JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
         WHERE booking.subject_kind <> 'withdrawal'
         GROUP BY booking.subject_kind, booking.subject_number
    )
    SELECT subject_kind, subject_number, total, held FROM lies WHERE total <> 0 OR held < 0 OR strange > 0
    """,
    lately=SUBJECTS,
)

declare(
    "money_refunds_bounded",
    "每笔支付的退款合计与记录一致，不超过收款，不超过 50 笔（I13）",
    """
    SELECT payment.number FROM payments_payment payment
      LEFT JOIN payments_refund refund ON refund.payment_id = payment.id
     GROUP BY payment.id, payment.number, payment.status, payment.amount_fen, payment.refund_fen, payment.refund_count
    HAVING coalesce(sum(refund.amount_fen), 0) <> payment.refund_fen
        OR count(refund.id) <> payment.refund_count
        OR payment.refund_fen > payment.amount_fen
        OR payment.refund_count > 50
        OR (payment.status <> 'captured' AND count(refund.id) > 0)
    """,
    lately=PAYMENTS | OF_PAYMENTS,
)

declare(
    "money_applied_once",
    "同一笔应付款只入账一次（I14）",
    """
    SELECT subject_kind, subject_number, instalment, gateway = 'balance' FROM payments_payment
     WHERE applied GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
    """,
    lately=PAID_SUBJECTS,
)

declare(
    "money_unwanted_returned",
    "收到却没有入账的钱全额退回（I14）",
    """
    SELECT number, amount_fen, refund_fen FROM payments_payment
     WHERE status = 'captured' AND NOT applied AND gateway <> 'balance' AND refund_fen <> amount_fen
    """,
    lately=PAYMENTS,
)

declare(
    "money_captured_has_proof",
    "每笔收款都有渠道通知或查询结果为证，金额一致（I16）",
    """
    SELECT payment.number FROM payments_payment payment
     WHERE payment.status = 'captured' AND payment.gateway <> 'balance' AND NOT EXISTS (
           SELECT 1 FROM payments_callback proof
            WHERE proof.payment_id = payment.id AND proof.gateway = payment.gateway
              AND proof.verdict = 'accepted' AND proof.amount_fen = payment.amount_fen)
    """,
    lately=PAYMENTS,
)

declare(
    "money_refund_once_per_kind",
    "除售后外，每笔支付同一种退款至多一笔（I18）",
    """
    SELECT payment_id, kind FROM payments_refund
     WHERE kind <> 'after_sales' GROUP BY 1, 2 HAVING count(*) > 1
    """,
    lately=OF_PAYMENTS,
)

declare(
    "money_numbers_unique",
    "退款单号、支付单号、渠道流水号各自唯一（I20）",
    """
    SELECT number FROM payments_refund GROUP BY number HAVING count(*) > 1
    UNION ALL
    SELECT number FROM payments_payment GROUP BY number HAVING count(*) > 1
    UNION ALL
    SELECT gateway || ' ' || gateway_number FROM payments_payment
     WHERE gateway_number <> '' GROUP BY 1 HAVING count(*) > 1
    """,
    only_walked=True,
)

declare(
    "money_refunds_advance",
    "到期的退款 15 分钟内有人处理，72 小时内到账（I27）",
    """
    SELECT number, status FROM payments_refund
     WHERE status IN ('requested', 'sent', 'processing')
       AND (due_at < now() - interval '15 minutes' OR requested_at < now() - interval '72 hours')
    """,
    settled=True,
)

declare(
    "money_payments_resolved",
    "过了截止时间的支付 15 分钟内有结果（I26）",
    """
    SELECT number FROM payments_payment
     WHERE status = 'pending' AND expires_at < now() - interval '15 minutes'
    """,
    settled=True,
)

declare(
    "payout_books_follow_status",
    "提现在途时钱从自己的账户出来、还没离开平台；打款后从银行户出去；其余的全部退回（I12）",
    """
    WITH booked AS (
        SELECT booking.subject_number AS number,
               coalesce(sum(CASE side WHEN 'C' THEN entry.amount_fen ELSE -entry.amount_fen END)
                        FILTER (WHERE kind = 'payout_in_flight'), 0) AS in_flight,
               coalesce(sum(CASE side WHEN 'C' THEN entry.amount_fen ELSE -entry.amount_fen END)
                        FILTER (WHERE kind = 'bank'), 0) AS gone,
               coalesce(sum(CASE side WHEN 'D' THEN entry.amount_fen ELSE -entry.amount_fen END)
                        FILTER (WHERE kind = CASE purse WHEN 'merchant' THEN 'merchant_payable'
                                             WHEN 'commission' THEN 'commission_payable' ELSE 'balance' END
                                  AND account.merchant_id IS NOT DISTINCT FROM withdrawal.merchant_id
                                  AND account.user_id IS NOT DISTINCT FROM withdrawal.user_id), 0) AS taken
          FROM payments_ledgerentry entry
          JOIN payments_ledgeraccount account ON account.id = entry.account_id
          JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
          LEFT JOIN payments_withdrawal withdrawal ON withdrawal.number = booking.subject_number
         WHERE booking.subject_kind = 'withdrawal'
         GROUP BY booking.subject_number
    )
    SELECT coalesce(withdrawal.number, booked.number), withdrawal.status, in_flight, gone, taken
      FROM payments_withdrawal withdrawal FULL JOIN booked ON booked.number = withdrawal.number
     WHERE withdrawal.id IS NULL OR booked.number IS NULL
        OR in_flight <> CASE WHEN status IN ('held', 'requested', 'approved') THEN amount_fen ELSE 0 END
        OR gone <> CASE status WHEN 'paid' THEN amount_fen ELSE 0 END
        OR taken <> CASE WHEN status IN ('held', 'requested', 'approved', 'paid') THEN amount_fen ELSE 0 END
    """,
)

declare(
    "payout_in_flight_is_what_waits",
    "在途提现账户的余额等于没有结束的提现合计（I11）",
    """
    SELECT books.stands, waiting.promised
      FROM (SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0) AS stands
              FROM payments_ledgerentry entry JOIN payments_ledgeraccount account ON account.id = entry.account_id
             WHERE kind = 'payout_in_flight') books,
           (SELECT coalesce(sum(amount_fen), 0) AS promised FROM payments_withdrawal
             WHERE status IN ('held', 'requested', 'approved')) waiting
     WHERE books.stands <> waiting.promised
    """,
)

declare(
    "payout_approved_by_enough",
    "待打款和打过款的提现，审批人数够；有风险提示的要两人（F5）",
    """
    SELECT withdrawal.number FROM payments_withdrawal withdrawal
      LEFT JOIN payments_withdrawalapproval approval ON approval.withdrawal_id = withdrawal.id
     GROUP BY withdrawal.id
    HAVING (status IN ('approved', 'paid', 'failed') AND count(DISTINCT operator_id) < approvals_needed)
        OR (jsonb_array_length(flags) > 0 AND approvals_needed < 2)
    """,
)

declare(
    "payout_approved_by_others",
    "提现不由申请人或本人审批（F5）",
    """
    SELECT withdrawal.number FROM payments_withdrawalapproval approval
      JOIN payments_withdrawal withdrawal ON withdrawal.id = approval.withdrawal_id
     WHERE operator_id = requested_by_id OR operator_id = user_id
    """,
)

declare(
    "payout_balance_never_negative",
    "任何人的余额都不为负（I23）",
    """
    SELECT account.user_id FROM payments_ledgerentry entry
      JOIN payments_ledgeraccount account ON account.id = entry.account_id
     WHERE kind = 'balance' GROUP BY account.id, account.user_id
    HAVING sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END) < 0
    """,
    lately=ACCOUNTS,
)

declare(
    "payout_never_from_below_zero",
    "打款时，它的账户不是负数；打款前一分钟内才追回的不算（F5）",
    """
    SELECT withdrawal.number FROM payments_withdrawal withdrawal
      JOIN payments_ledgertransaction paid ON paid.key = 'withdrawal:' || withdrawal.number || ':paid'
      JOIN payments_ledgeraccount account
        ON account.kind = CASE purse WHEN 'merchant' THEN 'merchant_payable'
                          WHEN 'commission' THEN 'commission_payable' ELSE 'balance' END
       AND account.merchant_id IS NOT DISTINCT FROM withdrawal.merchant_id
       AND account.user_id IS NOT DISTINCT FROM withdrawal.user_id
      JOIN payments_ledgerentry entry ON entry.account_id = account.id
      JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id AND booking.id < paid.id
     GROUP BY withdrawal.id, withdrawal.number
    HAVING sum(CASE WHEN side = 'C' THEN entry.amount_fen
                    WHEN booking.subject_kind = 'withdrawal' THEN -entry.amount_fen
                    WHEN booking.booked_at < paid.booked_at - interval '1 minute' THEN -entry.amount_fen
                    ELSE 0 END) < 0
    """,
    lately=WITHDRAWALS,
)

declare(
    "money_balance_parts_booked",
    "每笔余额支付都从付款人自己的余额里记出，不经过任何渠道（I11、I12）",
    """
    SELECT payment.number FROM payments_payment payment
      LEFT JOIN payments_ledgertransaction booking
        ON booking.payment_id = payment.id AND booking.refund_id IS NULL
      LEFT JOIN payments_ledgerentry entry ON entry.transaction_id = booking.id AND entry.side = 'D'
      LEFT JOIN payments_ledgeraccount account ON account.id = entry.account_id
     WHERE payment.gateway = 'balance'
     GROUP BY payment.id, payment.number, payment.status, payment.amount_fen
    HAVING payment.status <> 'captured'
        OR coalesce(sum(entry.amount_fen) FILTER (
               WHERE account.kind = 'balance' AND account.user_id = payment.payer_id), 0) <> payment.amount_fen
    UNION ALL
    SELECT kind FROM payments_ledgeraccount WHERE gateway = 'balance'
    """,
    lately=PAYMENTS,
)

declare(
    "money_balance_refunds_arrive",
    "退到余额的退款当场到账，进付款人自己的余额；余额付的只退回余额（I12）",
    """
    SELECT refund.number FROM payments_refund refund
      JOIN payments_payment payment ON payment.id = refund.payment_id
      LEFT JOIN LATERAL (
          SELECT sum(CASE entry.side WHEN 'C' THEN entry.amount_fen ELSE -entry.amount_fen END) AS fen
            FROM payments_ledgertransaction booking
            JOIN payments_ledgerentry entry ON entry.transaction_id = booking.id
            JOIN payments_ledgeraccount account
              ON account.id = entry.account_id AND account.kind = 'balance' AND account.user_id = payment.payer_id
           WHERE booking.refund_id = refund.id
      ) credited ON true
     WHERE coalesce(credited.fen, 0) <> CASE refund.route WHEN 'balance' THEN refund.amount_fen ELSE 0 END
        OR (refund.route = 'balance' AND refund.status <> 'done')
        OR (refund.route <> 'balance' AND payment.gateway = 'balance')
    """,
    lately=REFUNDS,
)

declare(
    "money_unpaid_parts_return_whole",
    "未付清退回只用于没有入账的余额支付，一次退清（I14）",
    """
    SELECT refund.number FROM payments_refund refund
      JOIN payments_payment payment ON payment.id = refund.payment_id
     WHERE (refund.kind = 'unpaid') <> (payment.gateway = 'balance' AND NOT payment.applied)
        OR (refund.kind = 'unpaid' AND refund.amount_fen <> payment.amount_fen)
    """,
    lately=REFUNDS,
)

declare(
    "reconciliation_adds_up",
    "核对过的账单：行数、一致数、差异数和金额与明细相符（F3）",
    """
    SELECT run.gateway, run.day FROM payments_reconciliationrun run
      LEFT JOIN payments_reconciliationline line ON line.run_id = run.id AND line.attempt = run.finished_attempt
     WHERE run.finished_at IS NOT NULL
     GROUP BY run.id
    HAVING run.line_count <> count(line.position)
        OR run.matched_count <> count(line.position) FILTER (WHERE line.difference = '')
        OR run.difference_count <> count(line.id) FILTER (WHERE line.difference <> '')
        OR run.paid_fen <> coalesce(sum(line.their_fen) FILTER (WHERE line.kind = 'payment'), 0)
        OR run.refunded_fen <> coalesce(sum(line.their_fen) FILTER (WHERE line.kind = 'refund'), 0)
    """,
)

declare(
    "reconciliation_differences_have_cases",
    "核对出的每处差异都有记录（F3）",
    """
    SELECT run.gateway, run.day, line.kind, line.number, line.difference
      FROM payments_reconciliationline line
      JOIN payments_reconciliationrun run ON run.id = line.run_id AND run.finished_attempt = line.attempt
     WHERE line.difference <> '' AND NOT EXISTS (
           SELECT 1 FROM payments_reconciliationcase found
            WHERE found.gateway = run.gateway AND found.kind = line.kind AND found.number = line.number
              AND found.difference = line.difference)
    """,
)

declare(
    "reconciliation_every_day",
    "从第一次对账起，有资金往来的每一天在次日中午前都对过账（F3）",
    """
    WITH moved AS (
        SELECT gateway, (captured_at AT TIME ZONE 'Asia/Shanghai')::date AS day
          FROM payments_payment
         WHERE status = 'captured' AND captured_at >= now() - interval '4 days'
         UNION
        SELECT payment.gateway, (refund.done_at AT TIME ZONE 'Asia/Shanghai')::date
          FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
         WHERE refund.status = 'done' AND refund.route = 'original' AND refund.done_at >= now() - interval '4 days'
    )
    SELECT moved.gateway, moved.day FROM moved
     WHERE (moved.day + interval '36 hours') AT TIME ZONE 'Asia/Shanghai' < now()
       AND moved.day >= (now() AT TIME ZONE 'Asia/Shanghai')::date - 3
       AND moved.day >= (SELECT min(day) FROM payments_reconciliationrun first WHERE first.gateway = moved.gateway)
       AND NOT EXISTS (
           SELECT 1 FROM payments_reconciliationrun run
            WHERE run.gateway = moved.gateway AND run.day = moved.day AND run.finished_at IS NOT NULL)
    """,
    settled=True,
)

declare(
    "commissions_stand_in_the_books",
    "已结算的佣金与账本一致；待结算和已取消的不在账上（I11）",
    """
    WITH booked AS (
        SELECT booking.subject_kind, booking.subject_number, account.user_id,
               sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END) AS fen
          FROM payments_ledgerentry entry
          JOIN payments_ledgeraccount account ON account.id = entry.account_id AND account.kind = 'commission_payable'
          JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
         WHERE booking.subject_kind <> 'withdrawal'
         GROUP BY 1, 2, 3
    ), earned AS (
        SELECT subject_kind, subject_number, beneficiary_id AS user_id, sum(amount_fen) AS fen
          FROM payments_commission WHERE status = 'released' GROUP BY 1, 2, 3
    )
    SELECT subject_kind, subject_number, user_id, booked.fen, earned.fen
      FROM booked FULL JOIN earned USING (subject_kind, subject_number, user_id)
     WHERE coalesce(booked.fen, 0) <> coalesce(earned.fen, 0)
    """,
    lately=SHARES,
)

declare(
    "money_lies_with_its_merchant",
    "一笔付款的钱只进它自己商家的账户（I29）",
    """
    SELECT payment.number FROM payments_ledgerentry entry
      JOIN payments_ledgeraccount account ON account.id = entry.account_id
      JOIN payments_ledgertransaction booking ON booking.id = entry.transaction_id
      JOIN payments_payment payment ON payment.id = booking.payment_id
     WHERE account.merchant_id <> payment.merchant_id
    """,
    lately=BOOKINGS,
)
