import campaigns.search
import django.contrib.postgres.indexes
from django.db import migrations

from common.searching import search_text

# Spaces and ASCII punctuation are left out by their codes: what counts as a letter would depend on the locale.
CREATE = r"""
CREATE FUNCTION zh_grams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(x, i, 2)), '{}')
    FROM (SELECT regexp_replace(t, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', '', 'g') AS x) AS letters,
         generate_series(1, length(x) - 1) AS i
$$;
"""
DROP = "DROP FUNCTION zh_grams(text);"


def write_search_texts(apps, schema_editor):
    campaigns = apps.get_model("campaigns", "Campaign").objects.filter(search_text="")
    for campaign in campaigns.select_related("merchant").iterator():
        offers = campaign.skus.order_by("position", "pk").select_related("sku__product")
        goods = [text for offer in offers for text in (offer.sku.product.name, offer.sku.product.brief)]
        campaign.search_text = search_text([campaign.title, campaign.merchant.name, *goods])
        campaign.save(update_fields=["search_text"])


class Migration(migrations.Migration):

    # The rows are written in one transaction, the index is built in the next.
    atomic = False

    dependencies = [
        ('campaigns', '0004_sketches_and_obstacles'),
    ]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunPython(write_search_texts, migrations.RunPython.noop, atomic=True),
        migrations.AddIndex(
            model_name='campaign',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.search.Grams('search_text'), name='campaign_search'),
        ),
    ]
