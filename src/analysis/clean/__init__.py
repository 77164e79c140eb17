"""From raw tables to processed ones: pure functions, and one cleaner for each raw table."""
