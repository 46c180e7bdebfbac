# Production: the locked packages and nothing that a build needs; one image for web, worker and beat.
FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements/production.txt /tmp/production.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/production.txt


FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GROUPBUY_DATA_DIR=/data \
    DJANGO_SETTINGS_MODULE=groupbuy.settings.production
RUN useradd --system --create-home --uid 10001 groupbuy \
    && install --directory --owner groupbuy /app /data /data/media /data/private
COPY --from=packages /venv /venv
WORKDIR /app
COPY --chown=groupbuy . .
USER groupbuy
# Static files are part of the image. Collecting them needs settings but no secret, and production's would refuse.
RUN python -m groupbuy.local.messages \
    && DJANGO_SETTINGS_MODULE=groupbuy.settings.development python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
CMD ["granian", "groupbuy.wsgi:application", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--access-log"]
