"""Pages that are filled in: templates beside the module that fills them."""

from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(
    package: str, filters: Mapping[str, Callable[..., object]], *, html: bool = False
) -> Environment:
    """Return the templates of a package; in HTML, text is escaped where it is filled in."""
    templates = Environment(
        loader=PackageLoader(package, "."),
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    templates.filters |= filters
    return templates
