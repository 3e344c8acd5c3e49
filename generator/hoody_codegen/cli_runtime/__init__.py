"""The command line of a generated client: what all commands have in common.

The commands themselves are data (:mod:`.model`), generated beside this. Importing this package
loads neither the client nor the libraries for tables and queries.
"""
