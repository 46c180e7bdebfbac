"""What must always be true of people and merchants."""

from accounts.models import Merchant, User
from accounts.states import MerchantStatus
from common.invariants import declare
from common.moving import declare_moving
from common.timelines import declare_timeline

declare_moving(User)

PEOPLE = {"accounts_user": "id = ANY({accounts_user})"}

declare(
    "merchant_has_owner",
    "每个商家至少有一位店主（承诺 20）",
    """
    SELECT merchant.id FROM accounts_merchant merchant
    WHERE NOT EXISTS (
        SELECT 1 FROM accounts_staffmember staff WHERE staff.merchant_id = merchant.id AND staff.role = 'owner'
    )
    """,
)
declare(
    "personal_data_encrypted",
    "个人信息在数据库里都是密文（承诺 23）",
    """
    SELECT place, id FROM (
        SELECT 'user.phone', id, phone FROM accounts_user
        UNION ALL SELECT 'user.name', id, name FROM accounts_user WHERE name <> ''
        UNION ALL SELECT 'address.name', id, name FROM accounts_address
        UNION ALL SELECT 'address.phone', id, phone FROM accounts_address
        UNION ALL SELECT 'address.detail', id, detail FROM accounts_address
        UNION ALL SELECT 'contact.address', id, address FROM accounts_contact
        UNION ALL SELECT 'merchant.contact_name', id, contact_name FROM accounts_merchant
        UNION ALL SELECT 'merchant.contact_phone', id, contact_phone FROM accounts_merchant
    ) AS kept (place, id, stored)
    WHERE stored !~ '^[^:]+:[A-Za-z0-9+/=]{38,}$'
    """,
    lately=PEOPLE,
)
declare(
    "code_tries_bounded",
    "一个验证码最多试错 5 次（承诺 21）",
    "SELECT id FROM accounts_smscode WHERE wrong_tries > 5",
)
declare_timeline(Merchant, begins=[MerchantStatus.APPLIED])
