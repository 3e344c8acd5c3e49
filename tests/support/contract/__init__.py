"""The contract run: a server that knows nothing of the generator judges what a client sends.

``specs`` reads the documents, ``values`` makes arguments from them, ``answers`` chooses what the
server says, ``judge`` holds each request against the document with an independent library,
``server`` listens on the loopback interface, ``client`` finds the method of an operation.
"""
