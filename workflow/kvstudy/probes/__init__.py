"""Linear probes on hidden states: what a layer still holds of the answer when the model begins to answer."""
