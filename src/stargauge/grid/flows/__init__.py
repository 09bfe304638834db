"""DC flows of a network: base case, distribution factors on demand, and what every outage overloads."""
