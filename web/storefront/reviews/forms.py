"""What people write about goods. The services judge it; these forms only carry it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from community.services.questions import LONGEST_QUESTION
from community.services.reviews import LONGEST_TEXT, MOST_STARS
from web.forms import Form

PICTURES = "image/jpeg,image/png,image/webp"


class ManyFiles(forms.FileInput):
    """Several files chosen at once, or photographed."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name))


class PhotosField(forms.FileField):
    """Any number of files; the service says how many are too many."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(PhotosField, self).clean(file, initial) for file in data]


class ReviewForm(Form):
    stars = forms.TypedChoiceField(
        label=_("几颗星"),
        choices=[(str(stars), stars) for stars in range(1, MOST_STARS + 1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("先选几颗星"), "invalid_choice": _("先选几颗星")},
    )
    text = forms.CharField(
        label=_("说说怎么样"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = PhotosField(
        label=_("照片"),
        required=False,
        help_text=_("最多 6 张，每张 10 MB 以内"),
        widget=ManyFiles(attrs={"multiple": True, "accept": PICTURES}),
    )


class AskForm(Form):
    text = forms.CharField(
        label=_("问商家"),
        max_length=LONGEST_QUESTION,
        help_text=_("问题和回答所有人都看得到，别写手机号和地址"),
        error_messages={"required": _("写下想问的")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
