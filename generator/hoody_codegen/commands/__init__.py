"""Plans the command line of a client: its groups, commands, and their documentation."""
