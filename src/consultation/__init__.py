"""A public-consultation and civic-debate service."""

__version__ = "0.1.0"
