"""Readers of network files, one file a format; `reading.read_network` chooses by what the path is."""
