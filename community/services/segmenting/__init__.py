"""H7: members put into segments by the documents' rules, every night and when somebody joins."""
