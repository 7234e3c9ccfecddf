"""Write executed notebooks as pages that load nothing: no script, no font, no picture from anywhere.

Formulas are MathML, which browsers draw by themselves; charts are the SVG of their bundle. Every page carries a policy that
forbids the browser to fetch anything, so that no output can bring a request in.
"""

import os
import re
from html import escape
from pathlib import Path

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.exporters.html import MarkdownWithMath
from nbconvert.filters.markdown_mistune import IPythonRenderer

TEMPLATES = Path(__file__).resolve().parent


# Where the converter and TeX part: a norm's bars do not grow with what stands beside them, and \mathrel{+}= is one sign.
MENDED = ((r"<mo>(&#x02016;)</mo>", r'<mo stretchy="false">\1</mo>'), (r"<mo><mrow><mo>([^<]*)</mo></mrow></mo><mo>([^<]*)</mo>", r"<mo>\1\2</mo>"))


def mathml(tex, display):
    """A formula as MathML; one that cannot be read as it was written."""
    try:
        formula = convert(tex.strip(), display=display)
    except Exception:
        return f"<code>{escape(tex)}</code>"
    for written, meant in MENDED:
        formula = re.sub(written, meant, formula)
    return formula


# An attribute by which a browser fetches something of itself, with an address elsewhere.
FETCHED = re.compile(
    r"""(<(?:script|link|img|iframe|embed|object|source|video|audio|track|input|image|use)\b[^>]*?\s)"""
    r"""(src|srcset|href|xlink:href|data|poster)(\s*=\s*)(["']?)\s*((?:https?:)?//[^"'\s>]*)""",
    re.IGNORECASE,
)


def without_fetches(page):
    """A page whose raw HTML, an author's or an output's, names nothing to fetch; the address stays to be read."""
    return FETCHED.sub(r"\1data-left-out\3\4\5", page)


class OfflineRenderer(IPythonRenderer):
    """Markdown with formulas as MathML, diagrams as their source, and pictures from elsewhere as links.

    The base class would embed pictures of raw HTML block by block, and so close a <details> before its content.
    """

    def block_math(self, body):
        return mathml(body, "block")

    def inline_math(self, body):
        return mathml(body, "inline")

    def latex_environment(self, name, body):
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def block_mermaidjs(self, code):
        return f"<pre><code>{escape(code)}</code></pre>"

    def image(self, text, url, title=None):
        embedded = self._embed_image_or_attachment(url)
        embedded = embedded if embedded.startswith("data:") else self._src_to_base64(url)
        if embedded:
            return super().image(text, embedded, title)
        return f'<a href="{escape(url)}">{escape(text or url)}</a>'


class OfflineExporter(HTMLExporter):
    """JupyterLab's look, from the template beside this file."""

    def __init__(self, **options):
        super().__init__(template_name="page", extra_template_basedirs=[str(TEMPLATES)], **options)

    @pass_context
    def markdown2html(self, context, source):
        renderer = OfflineRenderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text=self.anchor_link_text,
        )
        return MarkdownWithMath(renderer=renderer).render(source)


def write_page(notebook, path, folder):
    """Write the executed notebook as `<folder>/<name>.html`: whole, or not at all."""
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    body, _ = OfflineExporter().from_notebook_node(notebook, resources=resources)
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{path.stem}.html"
    temporary = folder / f".{page.name}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf8") as file:
            file.write(without_fetches(body))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, page)
    finally:
        temporary.unlink(missing_ok=True)
