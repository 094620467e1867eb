"""The studio: a local web page on a database with Groundplan in it. It reads, and never writes."""

from groundplan.studio.settings import Settings

__all__ = ["Settings"]
