"""Minutes as paper and as tables: what may be printed for whom, and how it is written."""
