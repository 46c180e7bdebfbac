"""Pages that many people look at: what is the same for everybody is rendered once and kept for at most a second.

What differs between visitors is a gap in the kept page, filled in for each of them. The page is rendered for `Anybody`,
who has no name, no session and no token, so that nothing of one person can be shown to another.
"""
