from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE SEQUENCE document_number_seq;
-- 48271003 has no factor in common with 10^8, so the digits run through all 10^8 values before one repeats.
CREATE FUNCTION document_number(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT prefix || to_char(clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'YYMMDD')
           || lpad(((nextval('document_number_seq') * 48271003) % 100000000)::text, 8, '0')
$$;
"""
DROP = "DROP FUNCTION document_number(text); DROP SEQUENCE document_number_seq;"


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations = [migrations.RunSQL(CREATE, DROP)]
