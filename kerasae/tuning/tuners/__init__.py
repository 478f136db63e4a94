"""One file a tuner: `make(task) -> Proposing`, an oracle to be asked for trials."""
