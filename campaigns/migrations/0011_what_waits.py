from django.db import migrations, models


class Migration(migrations.Migration):
    """What waits for somebody among many campaigns that are over, by a small index."""

    dependencies = [("campaigns", "0010_lists_by_state")]

    operations = [
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(status__in=["draft", "in_review", "closing"]),
                fields=["status", "merchant"],
                name="campaign_to_do",
            ),
        ),
    ]
