"""D5: papers of a campaign, one page for each pick-up point."""
