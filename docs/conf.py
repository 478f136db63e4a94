"""How Sphinx makes the documentation: `make docs`."""

import importlib

from docutils import nodes
from docutils.parsers.rst import Directive

import kerasae

project = "kerasae"
author = "the authors of kerasae"
copyright = "the authors of kerasae"
version = release = kerasae.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Convolutional autoencoders on small images",
    # For commands of 100 letters.
    "page_width": "1240px",
    "body_max_width": "none",
}
# Dashes stay: they are flags.
smartquotes_action = "qe"

# Docstrings are Google's form with Keras's sections of its own.
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Call arguments", "Input shape", "Output shape", "Reference"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
# What a docstring writes between single backticks is code, as in Markdown.
default_role = "code"


class Help(Directive):
    """`--help` of a verb, as it stands in the code: `.. help:: train`."""

    required_arguments = 1

    def run(self):
        """One literal block."""
        line = importlib.import_module(f"kerasae.{self.arguments[0]}").command_line()
        line.choose([self.arguments[0]])
        return [nodes.literal_block(text=line.help(), language="text")]


def setup(app):
    """Makes the directive known."""
    app.add_directive("help", Help)
