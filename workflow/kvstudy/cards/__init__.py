"""Dataset cards: what a dataset holds, counted and shown, as HTML in the report and as Markdown in docs."""
