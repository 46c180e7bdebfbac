from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_addresses_for_devices")]
    operations = [
        migrations.CreateModel(
            name="GatewayPace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=20, unique=True)),
                ("next_at", models.DateTimeField()),
            ],
        ),
    ]
