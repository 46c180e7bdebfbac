from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Coupons, one's own and those to be had, in the order in which they are read on from where somebody stands."""

    dependencies = [
        ('accounts', '0005_birthday'),
        ('marketing', '0007_lean_keys'),
        ('orders', '0016_analyze_soon'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='coupon',
            name='coupon_of_user',
        ),
        migrations.AddIndex(
            model_name='coupon',
            index=models.Index(fields=['user', 'valid_until', 'id'], name='coupon_by_its_end'),
        ),
        migrations.AddIndex(
            model_name='coupon',
            index=models.Index(condition=models.Q(('status', 'used')), fields=['user', '-used_at', '-id'], name='coupon_used'),
        ),
        migrations.AddIndex(
            model_name='coupontemplate',
            index=models.Index(condition=models.Q(('claimable', True), ('closes_at__isnull', False), ('status', 'active')), fields=['closes_at', 'id'], name='coupon_template_closing'),
        ),
        migrations.AddIndex(
            model_name='coupontemplate',
            index=models.Index(condition=models.Q(('claimable', True), ('closes_at__isnull', True), ('status', 'active')), fields=['-id'], name='coupon_template_open_end'),
        ),
    ]
