"""A believable year of trading, made through the public functions, for trying things out."""

from groundplan.seed.year import NotEmpty, SeedCounts, seed_year

__all__ = ["NotEmpty", "SeedCounts", "seed_year"]
