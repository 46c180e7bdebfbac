"""What a path may hold: anything else is no address of ours and never reaches a query."""

from django.urls import register_converter


class PublicCode:
    """Ten characters of Crockford's alphabet."""

    regex = "[0-9A-HJKMNP-TV-Z]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DocumentNumber(PublicCode):
    """The dated number of an order, a payment or a refund: a letter and its digits."""

    regex = "[A-Z][0-9]{6,19}"


class Phone(PublicCode):
    """A mainland mobile number."""

    regex = "1[3-9][0-9]{9}"


register_converter(PublicCode, "public_code")
register_converter(DocumentNumber, "document_number")
register_converter(Phone, "phone")
