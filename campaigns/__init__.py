"""Group-buying: tiered campaigns from draft to settlement."""
