"""What pages about numbers are made of, whoever they are for: tiles, charts, and the days that were asked for."""
