"""How the platform talks to those who move real money: one protocol, one module for each gateway."""
