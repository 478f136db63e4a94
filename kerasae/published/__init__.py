"""Published experiments, a folder each: settings, numbers, and the page that a run of it gets."""
