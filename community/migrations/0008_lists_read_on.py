from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is said and asked of a product, in the order in which it is read on from where somebody stands."""

    dependencies = [
        ('catalog', '0009_journal_beside_the_guard'),
        ('community', '0007_newest_reviews'),
        ('orders', '0016_analyze_soon'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='question',
            name='question_of_product',
        ),
        migrations.RemoveIndex(
            model_name='review',
            name='review_of_product',
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True)), fields=['product', '-asked_at', '-id'], name='question_of_product'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('answer', ''), ('hidden_at__isnull', True)), fields=['-asked_at', '-id'], name='question_waiting'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True), models.Q(('answer', ''), _negated=True)), fields=['-answered_at', '-id'], name='question_answered'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True), ('source', '')), fields=['product', '-written_at', '-id'], name='review_of_product_own'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True), models.Q(('source', ''), _negated=True)), fields=['product', '-written_at', '-id'], name='review_of_product_imported'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True)), fields=['product', 'stars', '-written_at', '-id'], name='review_by_stars'),
        ),
    ]
