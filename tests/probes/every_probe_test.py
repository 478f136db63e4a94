"""The contract, for every probe."""

import probe_contract
import pytest

from kerasae import registry


@pytest.mark.parametrize("name", registry.names(registry.PROBES))
@pytest.mark.parametrize("labels", [True, False], ids=["labelled", "unlabelled"])
def test_a_probe_keeps_the_contract(name, labels, autoencoder, digits, unlabelled):
    probe = registry.load(registry.PROBES, name, "the probe")
    probe_contract.check(probe, autoencoder, digits if labels else unlabelled)
