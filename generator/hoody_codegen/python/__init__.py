"""From IR and names to file plans: annotations, imports, the escaper, the planners."""
