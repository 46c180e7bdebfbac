import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from payments.states import RefundKind

# Whatever foreign keys still have to be looked at is looked at before the columns are closed.
FILL = """
UPDATE orders_refundline AS part
   SET merchant_id = bought.merchant_id, kind = refund.kind, requested_at = refund.requested_at
  FROM orders_order AS bought, payments_refund AS refund
 WHERE bought.id = part.order_id AND refund.id = part.refund_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    """What a shop sold and what went back of it is found by indexes that hold all of it."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("catalog", "0006_lean_foreign_keys"),
        ("orders", "0012_lean_keys"),
        ("payments", "0013_what_gateways_answer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="refundline",
            name="merchant",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.merchant",
            ),
        ),
        migrations.AddField(
            model_name="refundline",
            name="kind",
            field=models.CharField(null=True, max_length=20, choices=RefundKind.choices),
        ),
        migrations.AddField(
            model_name="refundline",
            name="requested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="refundline",
            name="merchant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="refundline",
            name="kind",
            field=models.CharField(max_length=20, choices=RefundKind.choices),
        ),
        migrations.AlterField(
            model_name="refundline",
            name="requested_at",
            field=models.DateTimeField(),
        ),
        migrations.AddIndex(
            model_name="refundline",
            index=models.Index(
                fields=["merchant", "requested_at"],
                include=("kind", "amount_fen", "refund", "order"),
                name="refund_line_of_merchant",
            ),
        ),
        migrations.RemoveIndex(model_name="order", name="order_paid"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["merchant", "paid_at"], include=("id", "payable_fen"), name="order_paid"),
        ),
        migrations.RemoveConstraint(model_name="orderline", name="order_line_once_per_sku"),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("order", "sku", "is_gift"), include=("quantity",), name="order_line_once_per_sku"
            ),
        ),
    ]
