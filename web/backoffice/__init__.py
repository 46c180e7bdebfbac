"""The merchant's back office: what a shop's staff do all day. Every page names its merchant in the address."""
