import django.db.models.deletion
from django.db import migrations, models

COUNTS = {
    "benefit_orders": "用了优惠的订单",
    "buyers": "付款人数",
    "joiners": "下单人数",
    "new_customers": "新客",
    "orders": "付款订单",
    "pieces": "卖出件数",
    "placed": "下单",
    "refunds": "退款笔数",
    "visitors": "访客",
}
NARROWED = {
    "campaignday": COUNTS,
    "channelday": COUNTS | {"newcomers": "带来的新人"},
    "merchantday": COUNTS | {"decided": "有结果的团", "succeeded": "成团"},
}


def narrowing(model, counts):
    """One way through the table for all its columns."""
    columns = ", ".join(f"ALTER {name} TYPE {{}}" for name in counts)
    return migrations.RunSQL(
        f"ALTER TABLE analytics_{model} {columns.replace('{}', 'integer')}",
        f"ALTER TABLE analytics_{model} {columns.replace('{}', 'bigint')}",
        state_operations=[
            migrations.AlterField(model, name, models.PositiveIntegerField(default=0, verbose_name=word))
            for name, word in counts.items()
        ],
    )


class Migration(migrations.Migration):
    """How closed days went by the hour; facts in narrower rows and indexes, those of a shop in its index alone."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("analytics", "0002_campaigns_of_a_shop"),
    ]

    operations = [
        migrations.CreateModel(
            name="MerchantCourse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hours", models.JSONField()),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.merchant",
                    ),
                ),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=("merchant", "day"), name="merchant_course_once"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="merchantday", name="merchant_day_once"),
        migrations.RemoveIndex(model_name="campaignday", name="campaign_day_of_merchant"),
        *(narrowing(model, counts) for model, counts in NARROWED.items()),
        migrations.AddIndex(
            model_name="campaignday",
            index=models.Index(
                fields=["merchant", "day"],
                include=("visitors", "campaign", "paid_fen", "refunded_fen", "joiners", "buyers"),
                name="campaign_day_of_merchant",
            ),
        ),
        migrations.AddConstraint(
            model_name="merchantday",
            constraint=models.UniqueConstraint(
                fields=("merchant", "day"),
                include=(
                    "visitors",
                    "placed",
                    "joiners",
                    "orders",
                    "paid_fen",
                    "pieces",
                    "buyers",
                    "new_customers",
                    "refunds",
                    "refunded_fen",
                    "returned_fen",
                    "benefit_orders",
                    "benefit_paid_fen",
                    "merchant_benefit_fen",
                    "platform_benefit_fen",
                    "decided",
                    "succeeded",
                ),
                name="merchant_day_once",
            ),
        ),
    ]
