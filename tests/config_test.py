from kerasae.config import ConfigError, RunError


def test_the_two_errors_can_be_told_apart():
    """Exit codes 2 and 1 hang on it."""
    assert not issubclass(ConfigError, RunError)
    assert not issubclass(RunError, ConfigError)
