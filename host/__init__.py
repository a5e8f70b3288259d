"""What is said, when, and why it may be said."""
