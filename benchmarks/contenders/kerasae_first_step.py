"""kerasae's command line until its first training steps are done.

python -m benchmarks.contenders.kerasae_first_step FLAG …
"""

import sys

from benchmarks.contenders import kerasae_cli


def fit_one_step(fit, *args, callbacks, **kwargs) -> None:
    """Ends the process with the first call of training steps."""
    from benchmarks.contenders.keras_gate import ExitAfterFirstStep

    fit(*args, callbacks=[ExitAfterFirstStep(), *callbacks], **kwargs)


if __name__ == "__main__":
    kerasae_cli.run(sys.argv[1:], fit_one_step)
