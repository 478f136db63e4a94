"""What tests look at in a page."""

from html.parser import HTMLParser
from pathlib import Path

import kerasae.reporting

# The one program that a page brings.
OWN = Path(kerasae.reporting.__file__).with_name("templates").joinpath("hover.js").read_text()


class Page(HTMLParser):
    """Collects tags, pictures, text, programs, data and every address that a page names."""

    def __init__(self, text):
        super().__init__()
        self.pictures, self.addresses, self.open_tags = [], [], []
        self.programs, self.data = [], []
        self.ids = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "img":
            self.pictures.append(attributes)
        self.ids.add(attributes.get("id"))
        if tag == "script":
            is_data = attributes.get("type") == "application/json"
            (self.data if is_data else self.programs).append("")
            self._script = self.data if is_data else self.programs
        self.addresses += [attributes[name] for name in ("src", "href") if name in attributes]
        if tag not in ("img", "meta", "br", "wbr", "link"):
            self.open_tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if self.open_tags and self.open_tags[-1] == "script":
            self._script[-1] += data
        elif "style" not in self.open_tags:
            self.text += data

    @property
    def brings_its_own_program_only(self):
        return [program.strip() for program in self.programs] == [OWN.strip()]
