"""One module a figure: `python -m kvstudy.make figures/<name>` reads estimates and writes SVG, PDF and PNG."""
