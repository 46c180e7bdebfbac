"""How personal data is shown: enough to recognise one's own, too little to use another's."""


def mask_phone(phone: str) -> str:
    """138****1234"""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def mask_name(name: str) -> str:
    """王小明 → 王**; an empty name stays empty."""
    return name[:1] + "*" * max(len(name) - 1, 2) if name else ""


def shown_name(name: str, phone: str) -> str:
    """What strangers may see of a person of this name and phone; the phone only speaks where there is no name."""
    return mask_name(name) or mask_phone(phone)
