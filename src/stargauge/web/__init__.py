"""The server behind the page: scenarios in, outcomes out, from compiled kernels kept warm (extra: web)."""
