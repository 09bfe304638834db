"""The screens of `stargauge plan`; every text of a strategy is printed as it is, never read as markup."""
