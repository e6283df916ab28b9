"""Where people are in the database: what of it they get, what an erasure does to it, and why it is kept."""

from consultation.persistence.privacy.holding import Holding, Treatment
from consultation.persistence.privacy.holdings import HOLDINGS

__all__ = ["HOLDINGS", "Holding", "Treatment"]
