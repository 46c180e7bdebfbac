"""What can go wrong on somebody's computer, said in a sentence with a way out."""

import errno
import shutil
from pathlib import Path

ROOM_NEEDED_MB = 300


class Problem(Exception):
    """Something the person at the keyboard can mend; its text is the whole message, without a traceback."""


def require_room(folder: Path) -> None:
    """Refuse to start where the disk is about to be full: a database stops in mid-write there."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < ROOM_NEEDED_MB:
        raise Problem(
            f"The disk of {folder} has only {free_mb} MB left and {ROOM_NEEDED_MB} MB are needed. "
            "Free some space, or point GROUPBUY_DATA_DIR at a folder on another disk."
        )


def from_os_error(error: OSError) -> Problem:
    """The sentence for an error of the operating system."""
    if error.errno == errno.ENOSPC:
        return Problem(f"The disk is full ({error.filename or 'while writing'}). Free some space and start again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            f"{error.filename} may not be written by this user. "
            "Mend its owner, or point GROUPBUY_DATA_DIR at a folder of your own."
        )
    return Problem(str(error))
