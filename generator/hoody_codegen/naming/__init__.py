"""Names: validated types for them, what is reserved, and one table that holds them all."""
