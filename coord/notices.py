"""What is sent to whom, when."""
