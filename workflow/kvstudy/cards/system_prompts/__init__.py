"""The card of the system prompts: their instructions, layouts, spans and wording, and a few of them."""
