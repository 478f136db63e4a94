"""Names that a dataset's classes may have, each the trouble of some little language."""

NAMES = (
    "$1 and $2", "$\\frac$", "a,b", "<script>alert(1)</script>", "_", "é 日本", "  lead", "=1+1",
    "x" * 10_000, "a|b", "two\nlines", 'quote" and \'', "\x1b[31mred", "\u202eturned", "-cmd",
    "@sum", "+1 on", "'90s", "-1.5", "carriage\rreturn", "**bold** `code` [link](http://x)",
)  # fmt: skip
