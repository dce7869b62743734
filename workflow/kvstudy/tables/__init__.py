"""One module a table: `python -m kvstudy.tables.<name>` writes CSV to compute with, HTML to read, LaTeX to print."""
