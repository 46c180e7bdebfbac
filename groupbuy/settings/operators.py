"""What each group of operators may do in the admin. `change` opens the actions, which call services; states and
money cannot be typed there by anybody."""

ALERTS = ["common.view_alert", "common.change_alert"]

EVERYONE = ["accounts.view_merchant", "campaigns.view_campaign", "catalog.view_product", "orders.view_order"]

OPERATOR_GROUPS: dict[str, list[str]] = {
    "operations": [
        *EVERYONE,
        *ALERTS,
        "accounts.change_merchant",
        "accounts.view_staffmember",
        "campaigns.change_campaign",
        "catalog.view_sku",
        "catalog.view_stock",
        "orders.view_pickuppoint",
        "orders.change_pickuppoint",
        "community.view_community",
        "community.add_community",
        "community.change_community",
        "common.view_transition",
    ],
    "support": [
        *EVERYONE,
        "accounts.view_user",
        "orders.view_orderline",
        "payments.view_payment",
        "payments.view_refund",
        "payments.view_withdrawal",
        "notifications.view_message",
        "common.view_transition",
    ],
    "content": [
        *EVERYONE,
        "catalog.change_product",
        "catalog.view_productimage",
        "catalog.view_category",
        "catalog.add_category",
        "catalog.change_category",
        "community.view_review",
        "community.change_review",
        "community.view_question",
        "community.change_question",
    ],
    "finance": [
        *EVERYONE,
        *ALERTS,
        "payments.view_payment",
        "payments.view_refund",
        "payments.change_refund",
        "payments.view_callback",
        "payments.view_withdrawal",
        "payments.change_withdrawal",
        "payments.view_ledgeraccount",
        "payments.view_ledgertransaction",
        "payments.view_ledgerentry",
        "common.view_transition",
    ],
    "risk": [
        *EVERYONE,
        *ALERTS,
        "accounts.view_user",
        "accounts.change_merchant",
        "payments.view_payment",
        "payments.view_callback",
        "payments.view_withdrawal",
        "payments.lift_withdrawal_hold",
        "common.view_auditentry",
        "common.view_eventdelivery",
        "common.change_eventdelivery",
    ],
}
