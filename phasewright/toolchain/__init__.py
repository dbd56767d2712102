"""What the gate asks of a language's tools, whichever they are: the protocol and its values."""
