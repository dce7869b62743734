"""What the tests of both cards share."""

from html.parser import HTMLParser

HOSTILE = "</p><script>alert(1)</script> & \"q\" 'q' <b>*x* [y](z) | `w`"


class Reader(HTMLParser):
    """The text and the tags of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.text, self.tags = "", set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data
