"""What tests look at in a page."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects tags, pictures, text and every address that a page names."""

    def __init__(self, text):
        super().__init__()
        self.pictures, self.addresses, self.open_tags, self.scripts = [], [], [], 0
        self.ids = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "img":
            self.pictures.append(attributes)
        self.ids.add(attributes.get("id"))
        if tag == "script":
            self.scripts += 1
        self.addresses += [attributes[name] for name in ("src", "href") if name in attributes]
        if tag not in ("img", "meta", "br", "wbr", "link"):
            self.open_tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open_tags:
            self.text += data
