"""The 社区 tab: which community is mine, and what its neighbours buy."""
