"""The rasa-sdk actions: `rasa run actions` serves them, the worker runs them in its process."""
