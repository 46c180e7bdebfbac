from accounts.models import Contact, User


def contacts_of(user: User) -> dict[str, Contact]:
    """A person's own mail address and WeChat, by kind, proven or not."""
    return {contact.kind: contact for contact in user.contacts.all()}
