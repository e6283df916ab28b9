"""Where people are in the database: what of it they get, what an erasure does to it, and why it is kept."""

from consultation.persistence.privacy.holdings import HOLDINGS, Holding, Treatment

__all__ = ["HOLDINGS", "Holding", "Treatment"]
