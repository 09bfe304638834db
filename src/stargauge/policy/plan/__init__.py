"""A strategy as data, and how far each of its actions has got."""
