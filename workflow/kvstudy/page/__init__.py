"""The study page: what ran and what came of it, as one HTML file that needs no network."""
