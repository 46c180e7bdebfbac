"""The mobile web shop: what consumers and leaders see."""
