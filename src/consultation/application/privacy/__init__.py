"""What a person may ask for: everything that is kept, or to be erased; and what ends by itself."""
