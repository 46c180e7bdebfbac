from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_windows_of_received_orders")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="platform_fee_bp",
            field=models.PositiveIntegerField(
                db_default=0, help_text="frozen from the merchant", verbose_name="平台服务费（万分比）"
            ),
        ),
    ]
