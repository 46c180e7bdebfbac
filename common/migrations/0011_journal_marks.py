from django.db import migrations, models


class Migration(migrations.Migration):
    """How far statements have been asked about what moved, and when about all there is."""

    dependencies = [("common", "0010_number_said_once")]

    operations = [
        migrations.CreateModel(
            name="JournalMark",
            fields=[
                ("table", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
                ("before", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StatementWalk",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("walked_at", models.DateTimeField()),
            ],
        ),
    ]
