"""One module a table: `python -m kvstudy.make tables/<name>` writes CSV to compute with, HTML to read, LaTeX."""
