"""图文详情: the editor in which a merchant writes it. What is kept of it is the business of `catalog.rich_text`."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import ProseEditorWidget

# Every extension others depend on is named: the editor dies silently without one. Tables and figures have no button,
# but what an import brought stays.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Image": True,
    "Figure": True,
    "Caption": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Menu": {"groups": [{"group": "headings"}, {"group": "marks"}, {"group": "lists"}, {"group": "history"}]},
}
WORDS = {
    "heading 2": _("大标题"),
    "heading 3": _("小标题"),
    "bold": _("加粗"),
    "italic": _("斜体"),
    "underline": _("下划线"),
    "strike": _("删除线"),
    "unordered list": _("列表"),
    "ordered list": _("编号列表"),
    "undo": _("撤销"),
    "redo": _("重做"),
    "label": _("图文详情"),
    "Add caption": _("加图注"),
    "Remove caption": _("去掉图注"),
    "Caption": _("图注"),
    "Edit Image": _("改图片"),
    "Edit Figure": _("改图片"),
    "Image URL": _("图片地址"),
    "Alternative Text": _("图片说的是什么（读屏时念）"),
    "Update": _("好了"),
    "Cancel": _("取消"),
}


class DescriptionEditor(ProseEditorWidget):
    """A plain textarea without a script; with one an editor whose buttons speak the reader's language."""

    def __init__(self) -> None:
        attrs = {"rows": 10, "class": "textarea textarea--tall"}
        super().__init__(attrs=attrs, config={"extensions": EXTENSIONS}, preset="configurable")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        words = {title: str(word) for title, word in WORDS.items()}
        context["widget"]["attrs"]["data-words"] = json.dumps(words, ensure_ascii=False)
        return context
