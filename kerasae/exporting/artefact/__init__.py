"""An exported encoder, known by its file alone: checked, opened, and a source of codes."""
