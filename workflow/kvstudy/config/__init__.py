"""The config: what a study may say, and how a wrong file is answered."""
