"""What comes in and goes out as files: readers of other platforms, exports and feeds."""
