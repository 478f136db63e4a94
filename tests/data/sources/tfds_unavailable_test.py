"""Datasets that TFDS doesn't know or can't give: refused with what there is instead."""

import socket
import time
import urllib.request

import pytest
from opened_tfds import open_source

from kerasae.config import ConfigError


class TestRefused:
    @pytest.mark.parametrize(
        "name",
        [
            "no_such_set",
            "mnist:9.9.9",
            "mnist/no_config",
            "bad name",
            "tfds:../x",
            "tfds:a:b:c",
            "tfds:/",
            "tfds:..",
        ],
    )
    def test_names_that_nobody_knows(self, opened, name):
        with pytest.raises(ConfigError) as error:
            opened(name)
        message = str(error.value)
        assert message.startswith(f"--dataset={name} ")
        assert ", tfds:NAME" in message
        for prepared in ("fake_labelled", "fake_unlabelled", "fake_varying"):
            assert prepared in message
        assert "--data_dir or $TFDS_DATA_DIR" in message
        assert "\n" not in message

    @pytest.mark.parametrize("name", ["tfds:huggingface:mnist", "tfds:kaggle:mnist"])
    def test_names_of_other_libraries(self, opened, name):
        with pytest.raises(ConfigError, match=f"--dataset={name} "):
            opened(name)

    def test_not_prepared_and_no_download(self, opened):
        with pytest.raises(ConfigError, match="not prepared and --nodownload was given"):
            opened("mnist")

    def test_a_data_dir_that_is_not_there(self, tmp_path, monkeypatch):
        with pytest.raises(ConfigError, match=r"--data_dir=.*nowhere is not a folder"):
            open_source("mnist", str(tmp_path / "nowhere"), False)
        (tmp_path / "file").write_text("")
        with pytest.raises(ConfigError, match=r"--data_dir=.*file is not a folder"):
            open_source("mnist", str(tmp_path / "file"), False)
        monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "nowhere"))
        with pytest.raises(ConfigError, match=r"\$TFDS_DATA_DIR=.*nowhere is not a folder"):
            open_source("mnist", None, False)

    def test_a_dataset_without_images(self, opened):
        with pytest.raises(ConfigError, match=r"fake_text has no 8-bit image.*features=text"):
            opened("fake_text")


class TestNoNetwork:
    """A proxy of our own stands for the network, so that no machine asks the real one."""

    @pytest.fixture
    def proxy(self, monkeypatch):
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, address)
        for variable in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(variable, raising=False)
        # urllib keeps the proxies it saw first.
        monkeypatch.setattr(urllib.request, "_opener", None)
        yield listener
        listener.close()

    def refused_within_15_seconds(self, folder):
        before = sorted(folder.rglob("*"))
        began = time.monotonic()
        with pytest.raises(ConfigError) as error:
            open_source("kmnist", str(folder), download=True)
        assert time.monotonic() - began < 15
        message = str(error.value)
        assert "--dataset=kmnist is not prepared" in message
        assert "can't be downloaded" in message
        assert ", tfds:NAME" in message
        assert "fake_labelled" in message
        assert "--data_dir or $TFDS_DATA_DIR" in message
        assert sorted(folder.rglob("*")) == before, "something was left in the data folder"

    def test_refused_at_once(self, fake_datasets, proxy):
        proxy.close()
        self.refused_within_15_seconds(fake_datasets)

    def test_no_answer(self, fake_datasets, proxy):
        """Connections are taken and nothing ever comes back."""
        self.refused_within_15_seconds(fake_datasets)
