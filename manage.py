#!/usr/bin/env python
"""Entry point of every management command."""

import os
import sys

from groupbuy.local.environment import load_environment


def main() -> None:
    """Run the command named on the command line, on the servers `make run` wrote down."""
    load_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupbuy.settings.development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
