"""Harm to people and merchants."""

HARM: list[tuple[str, str]] = [
    ("merchant_has_owner", "DELETE FROM accounts_staffmember WHERE role = 'owner'"),
    ("merchant_has_owner", "UPDATE accounts_staffmember SET role = 'manager'"),
    ("personal_data_encrypted", "UPDATE accounts_user SET phone = '13800000001'"),
    ("personal_data_encrypted", "UPDATE accounts_user SET name = '王晓雨'"),
    ("personal_data_encrypted", "UPDATE accounts_address SET name = '王晓雨'"),
    ("personal_data_encrypted", "UPDATE accounts_address SET phone = '13800000001'"),
    ("personal_data_encrypted", "UPDATE accounts_address SET detail = '文三路 1 号'"),
    ("personal_data_encrypted", "UPDATE accounts_contact SET address = 'alice@example.com'"),
    ("personal_data_encrypted", "UPDATE accounts_merchant SET contact_name = '王晓雨'"),
    ("personal_data_encrypted", "UPDATE accounts_merchant SET contact_phone = '13800000001'"),
    ("code_tries_bounded", "UPDATE accounts_smscode SET wrong_tries = 6"),
]
