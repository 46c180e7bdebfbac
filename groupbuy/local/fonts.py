"""Chinese letters for a browser where no Chinese font is installed: a package's fonts, by a fontconfig file."""

import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pylopdf_fonts_zh_cn

SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts")
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
</fontconfig>
"""


def fontconfig_file() -> Path:
    """The file to name in FONTCONFIG_FILE: the package's fonts, then the system's."""
    home = Path(tempfile.gettempdir()) / f"groupbuy-fonts-{os.getuid()}"
    home.mkdir(exist_ok=True)
    packaged = pylopdf_fonts_zh_cn.sans_path().parent
    folders = "\n  ".join(f"<dir>{escape(str(folder))}</dir>" for folder in (packaged, *SYSTEM_FOLDERS))
    path = home / "fonts.conf"
    path.write_text(CONFIGURATION.format(folders=folders, cache=escape(str(home / "cache"))), encoding="utf-8")
    return path
