"""What people type about themselves. The services judge it; these forms only carry it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import Form
from web.storefront.account.regions import RegionField


def phone_field() -> forms.CharField:
    return forms.CharField(
        label=_("手机号"),
        max_length=24,
        error_messages={"required": _("先填手机号")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel-national"}),
    )


def code_field() -> forms.CharField:
    return forms.CharField(
        label=_("验证码"),
        max_length=12,
        error_messages={"required": _("验证码是 6 位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("设个密码"),
        strip=False,
        max_length=128,
        help_text=_("至少 8 位，不要全是数字"),
        error_messages={"required": _("设个密码，下次不用等短信")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PhoneForm(Form):
    """Just the number, to send a code to."""

    phone = phone_field()


class CodeForm(PhoneForm):
    code = code_field()


class PasswordForm(PhoneForm):
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=128,
        error_messages={"required": _("先填密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RegisterForm(CodeForm):
    name = forms.CharField(
        label=_("怎么称呼你"),
        max_length=20,
        help_text=_("邻居只看得到姓，比如 王**"),
        error_messages={"required": _("填一个称呼，取货时好叫你")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = new_password_field()
    agreed = forms.BooleanField(label=_("同意协议"), error_messages={"required": _("勾选同意后才能注册")})


class ResetForm(CodeForm):
    password = new_password_field()


class ProfileForm(Form):
    name = forms.CharField(
        label=_("称呼"), max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    birthday = forms.CharField(
        label=_("生日"),
        max_length=8,
        required=False,
        help_text=_("月-日，比如 05-20；不问年份"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_birthday(self) -> str:
        """5-20, 5.20 and 0520 are 05-20 too."""
        typed = self.cleaned_data["birthday"].strip()
        parts = re.fullmatch(r"(\d{1,2})\D+(\d{1,2})\D?|(\d\d)(\d\d)", typed, re.ASCII)
        if parts is None:
            return typed
        month, day = (part for part in parts.groups() if part)
        return f"{int(month):02d}-{int(day):02d}"


class AddressForm(Form):
    name = forms.CharField(
        label=_("收货人"),
        max_length=20,
        error_messages={"required": _("收货人要填")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = phone_field()
    region_code = RegionField(label=_("省市区"), error_messages={"required": _("选一下省市区")})
    detail = forms.CharField(
        label=_("小区、楼栋、门牌"),
        max_length=120,
        help_text=_("加密保存，只给送货的人看"),
        error_messages={"required": _("写到门牌号，送货才找得到")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    is_default = forms.BooleanField(label=_("设为默认地址"), required=False)


class ApplyForm(Form):
    name = forms.CharField(label=_("店名"), max_length=60, error_messages={"required": _("店名要填")})
    contact_name = forms.CharField(
        label=_("联系人真实姓名"),
        max_length=20,
        help_text=_("要和营业执照上的法人或经营者一致"),
        error_messages={"required": _("联系人要填")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = phone_field()
    licence_number = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=24,
        help_text=_("营业执照上的 18 位代码"),
        error_messages={"required": _("代码要填，在执照的右上角")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    licence = forms.FileField(
        label=_("营业执照照片"),
        help_text=_("JPG、PNG 或 WebP，10 MB 以内，四角拍全"),
        error_messages={"required": _("要上传营业执照的照片")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
