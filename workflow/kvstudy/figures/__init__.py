"""One module a figure: `python -m kvstudy.figures.<name>` reads tables of estimates and writes SVG and PNG."""
