"""Risk: checks contributed to the apps below, detectors, cases."""
