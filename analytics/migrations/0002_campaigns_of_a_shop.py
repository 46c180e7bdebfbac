import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE analytics_campaignday AS fact SET merchant_id = campaign.merchant_id
  FROM campaigns_campaign AS campaign WHERE campaign.id = fact.campaign_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    """Which campaigns of a shop brought most is answered by an index alone."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("analytics", "0001_daily_facts"),
        ("campaigns", "0008_lean_foreign_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaignday",
            name="merchant",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.merchant",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="campaignday",
            name="merchant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.merchant",
            ),
        ),
        migrations.AddIndex(
            model_name="campaignday",
            index=models.Index(
                fields=["merchant", "day"],
                include=("campaign", "paid_fen", "refunded_fen", "visitors", "joiners", "buyers"),
                name="campaign_day_of_merchant",
            ),
        ),
    ]
