from django.db import migrations, models

from accounts.regions import district
from common.searching import search_text


def write_search_texts(apps, schema_editor):
    for community in apps.get_model("community", "Community").objects.filter(search_text=""):
        region = district(community.region_code)
        community.search_text = search_text([community.name, community.address, region.name if region else ""])
        community.save(update_fields=["search_text"])


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='community',
            name='search_text',
            field=models.TextField(blank=True, editable=False, help_text='name and place in characters, pinyin and initials'),
        ),
        migrations.RunPython(write_search_texts, migrations.RunPython.noop),
    ]
