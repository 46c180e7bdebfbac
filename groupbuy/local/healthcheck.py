"""`python -m groupbuy.local.healthcheck`: ask the web server of this container whether it is well."""

import os
import sys
import urllib.error
import urllib.request

URL = "http://127.0.0.1:8000/healthz"


def main() -> None:
    """Exit with 0 when it is. The question bears a host name the server accepts, which 127.0.0.1 need not be."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip(" .*") or "localhost"
    request = urllib.request.Request(URL, headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=4).close()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"{URL}: {error}")


if __name__ == "__main__":
    main()
