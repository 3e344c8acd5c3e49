"""Drives a generated command line: in this process against the contract server, or outside of it.

What a command is called with comes from the document; how it is spelt comes from the command's own
data. Neither is taken from the generator.
"""
