"""Position: what energised compute is worth among blocs, in chips, models, trust and rules."""
