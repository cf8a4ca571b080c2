"""What the command line does once it has read its arguments."""
