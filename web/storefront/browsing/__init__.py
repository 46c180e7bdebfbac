"""What anybody may look at: home, hall, campaign."""
