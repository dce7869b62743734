"""One cell as a program: shards, resume, provenance."""
