"""What people are told: notices, what they follow, and the messages about both."""
