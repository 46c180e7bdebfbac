"""Compile the translations (`python -m groupbuy.local.messages`), without the gettext programs."""

from pathlib import Path

import polib

from groupbuy.local.environment import PROJECT_ROOT


def compile_messages(root: Path = PROJECT_ROOT) -> int:
    """Compile every catalogue of our own that changed since it was last compiled; return how many those were."""
    outdated = [source for source in root.glob("locale/*/LC_MESSAGES/*.po") if _is_outdated(source)]
    for source in outdated:
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
    return len(outdated)


def _is_outdated(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    print(f"{compile_messages()} translation catalogues compiled.")
