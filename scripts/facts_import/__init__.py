"""Parts of the import of the collected fact tables; run through `scripts/import_facts.py`."""
