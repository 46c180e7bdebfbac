"""The faults. Each is a function that is given the stage and returns its findings."""
