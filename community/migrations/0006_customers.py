"""What customers bought of a merchant, added up by the database. A migration that changes the type of a column read
here drops the view first and makes it anew."""

from django.db import migrations, models

VIEW = """
CREATE VIEW community_customer AS
WITH bought AS (
    SELECT id, merchant_id, buyer_id, paid_at, status <> 'cancelled' AS stands,
        payable_fen - freight_refunded_fen - (
            SELECT COALESCE(SUM(line.refunded_fen), 0) FROM orders_orderline line WHERE line.order_id = paid.id
        ) AS fen
    FROM orders_order paid WHERE paid_at IS NOT NULL
),
sums AS (
    SELECT MAX(id) AS id, merchant_id, buyer_id AS user_id,
        COUNT(*) FILTER (WHERE stands)::integer AS orders,
        COALESCE(SUM(fen) FILTER (WHERE stands), 0)::bigint AS spent_fen,
        MIN(paid_at) AS first_at, MAX(paid_at) AS last_at
    FROM bought GROUP BY merchant_id, buyer_id
)
SELECT sums.*, person.code,
    (1 + 5 * (RANK() OVER (PARTITION BY merchant_id ORDER BY (last_at AT TIME ZONE 'Asia/Shanghai')::date) - 1)
        / COUNT(*) OVER (PARTITION BY merchant_id))::integer AS recency_score,
    (1 + 5 * (RANK() OVER (PARTITION BY merchant_id ORDER BY orders) - 1)
        / COUNT(*) OVER (PARTITION BY merchant_id))::integer AS frequency_score,
    (1 + 5 * (RANK() OVER (PARTITION BY merchant_id ORDER BY spent_fen) - 1)
        / COUNT(*) OVER (PARTITION BY merchant_id))::integer AS monetary_score
FROM sums JOIN accounts_user person ON person.id = sums.user_id
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0005_points_and_tiers"), ("orders", "0009_gifts")]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="the person's public code", max_length=10)),
                ("orders", models.IntegerField(verbose_name="订单数")),
                ("spent_fen", models.BigIntegerField(help_text="after refunds", verbose_name="消费")),
                ("first_at", models.DateTimeField(verbose_name="首次购买")),
                ("last_at", models.DateTimeField(verbose_name="最近购买")),
                ("recency_score", models.IntegerField(verbose_name="最近购买（R）")),
                ("frequency_score", models.IntegerField(verbose_name="购买次数（F）")),
                ("monetary_score", models.IntegerField(verbose_name="购买金额（M）")),
            ],
            options={
                "verbose_name": "顾客",
                "verbose_name_plural": "顾客",
                "db_table": "community_customer",
                "managed": False,
            },
        ),
        migrations.RunSQL(VIEW, "DROP VIEW community_customer"),
    ]
