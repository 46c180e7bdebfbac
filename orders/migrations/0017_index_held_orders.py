from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a merchant's received orders hold, in the order in which it is settled."""

    dependencies = [
        ('accounts', '0005_birthday'),
        ('orders', '0016_analyze_soon'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'received')), fields=['merchant', 'completes_at', 'id'], name='order_held'),
        ),
    ]
