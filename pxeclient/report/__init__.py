"""What a trace looks like to people and programs. Every module here is a function of a trace."""
