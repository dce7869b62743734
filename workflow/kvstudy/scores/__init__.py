"""Judge the facts of one cell: answers, survivors and attention become scores."""
