from accounts.models.address import Address
from accounts.models.contact import Contact
from accounts.models.merchant import Merchant, StaffMember
from accounts.models.signin import ApiToken, SignInAttempt, SmsCode
from accounts.models.user import User

__all__ = ["Address", "ApiToken", "Contact", "Merchant", "SignInAttempt", "SmsCode", "StaffMember", "User"]
