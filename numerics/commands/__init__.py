"""The subcommands of ``python -m numerics``, one module each, and what they share.

The module of a command gives ``DESCRIPTION`` and ``EPILOG`` (what ``--help`` teaches),
``configure(parser)`` and ``run(arguments)``, which returns the text to print and raises ValueError
or OSError for what the user has to mend. It is loaded when it is asked for, and nothing here needs
numpy: a door opens before what lies behind it is loaded.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import warnings
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args, get_origin, get_type_hints

from numerics.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    Options = argparse.ArgumentParser | argparse._ArgumentGroup

#: Subcommand to what it does, in one line. A new one is a new module and a line here.
COMMANDS: dict[str, str] = {
    "ablation": "which ingredient of the spirals experiment decides its outcome",
    "check-store": "whether all that a --store folder keeps is whole",
    "choose": "the best K for a record in noise, without the truth",
    "intrusion": "which segments leave their class, against epsilon",
    "lipschitz": "Q(D), the lower bound on the Lipschitz constant, on images",
    "minimise": "exact minimiser of Mixup or Local Mixup for two columns",
    "spirals": "test error of networks on two spirals, against epsilon",
    "sweep": "the parameter of a graph for two columns in noise",
    "table1": "test error on images: Mixup, Local Mixup, AdaMixup",
    "tradeoff": "bias and variance against K, and the best K for a signal",
}

_ELSEWHERE = {"check-store": "numerics.archive.check_store"}  # beside what it checks

STATUSES = """\
The exit status is 0, or 2 for a wrong call and for output that cannot be written, 75 if workers or
a scheduler were lost, 130 after Ctrl-C, 141 if nobody reads the output any more.
"""

_CHOICE = re.compile(r"invalid choice: '(.*?)'.*\(choose from (.*)\)")


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line, with the name that is nearest to a wrong one."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and stop."""
        wrong = _CHOICE.search(message)
        hint = _nearest(wrong[1], re.findall(r"[\w.-]+", wrong[2])) if wrong else ""
        self.exit(2, f"{self.prog}: {shortened(message)}{hint} (see --help)\n")


class _Version(argparse.Action):
    """Print the version of the package, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from numerics import __version__  # noqa: PLC0415

        sys.stdout.write(f"local-mixup {__version__}\n")
        parser.exit()


class Renamed(argparse.Action):
    """The old name of an option: it still works, and says what it is called now."""

    def __init__(self, option_strings: Sequence[str], dest: str, new: argparse.Action) -> None:
        del dest
        super().__init__(
            option_strings,
            new.dest,
            nargs=new.nargs,
            type=new.type,  # type: ignore[arg-type]  # typeshed: add_argument takes it
            default=argparse.SUPPRESS,
            help=argparse.SUPPRESS,
        )
        self.new = new

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Say the new name, and do what it does."""
        notice(f"{parser.prog}: {option_string} is now called {self.new.option_strings[0]}")
        self.new(parser, namespace, values, option_string)  # type: ignore[arg-type]


def notice(text: str) -> None:
    """Tell the user what is neither output nor an error."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def warnings_in_one_line(program: str) -> Iterator[None]:
    """Tell each warning as a notice, without the line of code that it is from."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda text, *_: notice(f"{program}: {shortened(str(text))}")
        yield


def one_line(error: BaseException) -> str:
    """Return in one line what went wrong."""
    if isinstance(error, OSError) and error.strerror is not None:
        return shortened(f"{error.filename or ''}: {error.strerror}".removeprefix(": "))
    return shortened(str(error)) or type(error).__name__


def guarded(program: str, command: Callable[[], int]) -> int:
    """Run a command; what ends it from outside takes one line and a status of its own."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the encoding lacks
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt as advice:
        status, problem = 130, shortened(str(advice)) or "interrupted"
    except ChildProcessError as lost:
        status, problem = 75, one_line(lost)
    except BrokenPipeError:
        status, problem = 141, "nobody reads the output any more"
    except OSError as error:
        status, problem = 2, one_line(error)
    sys.stderr.write(f"{program}: {problem}\n")
    # Python would try once more to write what is left, and complain.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def door(
    prog: str,
    description: str,
    commands: Mapping[str, str],
    arguments: Sequence[str] = (),
    package: str = "",
    **more: Any,
) -> Parser:
    """Return the parser of a door; only the command that is asked for is loaded."""
    width = max(map(len, commands))
    listed = "\n".join(f"  {name:{width}}  {summary}" for name, summary in commands.items())
    parser = Parser(
        prog=prog,
        usage=f"{prog} [--help] [--version] COMMAND ...",
        description=f"{description}\n\ncommands:\n{listed}",
        **more,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    subparsers = parser.add_subparsers(
        dest="command", required=True, metavar="command", prog=prog, help=argparse.SUPPRESS
    )
    for name in commands:
        subparser = subparsers.add_parser(name)
        if package and name in arguments[:1]:
            command = load(package, name)
            subparser.description, subparser.epilog = command.DESCRIPTION, command.EPILOG
            command.configure(subparser)
    return parser


def load(package: str, command: str) -> Any:
    """Return the module of a command."""
    home = f"{package}.commands.{command.replace('-', '_')}"
    return import_module(_ELSEWHERE.get(command, home))


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 1, 0.5)
    return f"; the nearest is {near[0]!r}" if near else ""


def one_of(known: Collection[str], what: str) -> Callable[[str], str]:
    """Return the check that a word names one of several things."""

    def check(name: str) -> str:
        if name not in known:
            hint = _nearest(name, known) or f": there are {', '.join(known)}"
            message = f"there is no {what} {name!r}{hint}"
            raise argparse.ArgumentTypeError(message)
        return name

    return check


def column(text: str) -> str | int:
    """Read the name of a column: a header or, if all digits, an index from 0."""
    return int(text) if text.isdecimal() else text


def takes(what: str, pattern: str, read: Callable[[str], Any] = str) -> Callable[[str], Any]:
    """Return the check that a word has some form, which reads it too."""

    def check(text: str) -> Any:
        with suppress(ValueError):
            if re.fullmatch(pattern, text, re.ASCII):
                return read(text)
        message = f"takes {what}, got {text!r}"
        raise argparse.ArgumentTypeError(message)

    return check


def _nonnegative(text: str) -> float:
    if not float(text) >= 0:
        raise ValueError
    return float(text)


SEED = takes("a whole number from 0 on", r"\d+", int)
EPSILON = takes("numbers from 0 on, or inf", r".+", _nonnegative)

_ROW = takes(
    "the number of a row, none or auto",
    r"\d+|none|auto",
    lambda text: int(text) if text.isdecimal() else {"auto": "auto"}.get(text),
)
_TABLE = takes("a name that ends in .csv", r"(?s:.*[^/])\.csv")
_ADDRESS = takes("an address with its port, such as tcp://10.0.0.1:8786", r"(\w+://)?.+:\d+")
_JOBS = takes("a whole number from 1 on, or -1", r"-1|0*[1-9]\d{0,8}", int)


def add_file_format(parser: Options) -> None:
    """Add how a text file of numbers is to be read, where it does not say so itself."""
    parser.add_argument(
        "--header",
        type=_ROW,
        default="auto",
        help="the header's row from 0, none, or auto (default; a first row of whole numbers over "
        "whole numbers is values)",
    )
    parser.add_argument("--decimal", choices=[".", ","], help="decimal mark (default: found out)")
    parser.add_argument("--delimiter", help="what separates columns (default: found out)")
    parser.add_argument("--encoding", help="such as latin-1 (default: UTF-8 or UTF-16)")
    parser.add_argument("--skip", type=int, default=0, help="lines to leave out first (default: 0)")
    parser.add_argument(
        "--missing",
        choices=["error", "drop"],
        default="error",
        help="rows with a missing value: refused (default), or left out",
    )


def file_format(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what `numerics.signals.read_csv` takes of it."""
    names = ("header", "decimal", "delimiter", "encoding", "skip", "missing")
    return {name: getattr(arguments, name) for name in names}


def refuse_file_format(arguments: argparse.Namespace, need: str) -> None:
    """Refuse what is said of how a file is read where none is."""
    parser = argparse.ArgumentParser()
    add_file_format(parser)
    plain = file_format(parser.parse_args([]))
    for name, value in file_format(arguments).items():
        if value != plain[name]:
            message = f"--{name} goes with {need}"
            raise ValueError(message)


def add_columns(parser: Options) -> None:
    """Add a text file with two columns, x and y."""
    parser.add_argument("--data", required=True, metavar="FILE.csv", help="text file with columns")
    for name, index in (("x", 0), ("y", 1)):
        parser.add_argument(
            f"--{name}",
            type=column,
            default=index,
            metavar="COLUMN",
            help=f"its column {name}: a header or, if all digits, an index (default: {index})",
        )


def add_out(parser: Options, text: str, old: str | None = None, *, beside: bool = False) -> None:
    """Add the file that is written; beside it may go others, named after it."""
    kind = _TABLE if beside else str
    new = parser.add_argument("--out", type=kind, metavar="FILE.csv", help=text)
    if old is not None:
        parser.add_argument(old, action=Renamed, new=new)


def add_seed(parser: Options, text: str = "") -> None:
    """Add the seed of what is random."""
    parser.add_argument("--seed", type=SEED, default=0, help=f"{text} (default: 0)".lstrip())


def add_jobs(parser: Options) -> None:
    """Add the number of processes."""
    parser.add_argument(
        "--jobs", type=_JOBS, default=1, help="processes, -1 for one on each core (default: 1)"
    )


def add_store(parser: Options, *, cluster: bool = False) -> None:
    """Add where long work is kept, and who does it."""
    parser.add_argument(
        "--store", metavar="DIR", help="folder that keeps each part once it is done"
    )
    add_jobs(parser)
    if cluster:
        parser.add_argument(
            "--scheduler",
            type=_ADDRESS,
            metavar="ADDRESS",
            help="compute on a dask.distributed cluster",
        )


def choices(settings: type, **names: object) -> dict[str, tuple[str, ...]]:
    """Return the fields that take one of a few words; `names` are imported for annotations only."""
    hints = get_type_hints(settings, localns={"Mapping": dict, **names})
    return {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}


def add_ingredients(
    parser: argparse.ArgumentParser,
    described: Mapping[str, str],
    defaults: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, tuple[str, ...]],
) -> None:
    """Add an option for each ingredient; the defaults are those of several settings, by name."""
    group = parser.add_argument_group("ingredients (in brackets what they are by default)")
    for name, text in described.items():
        value, *_ = values = [known[name] for known in defaults.values()]
        shown = [f"{key}: {_shown(item)}" for key, item in zip(defaults, values, strict=True)]
        same = all(item == value for item in values)
        told = f"{text} ({_shown(value) if same else ', '.join(shown)})"
        options: dict[str, Any] = {"default": None, "help": told}
        if isinstance(value, bool):
            options["action"] = argparse.BooleanOptionalAction
        elif name in words:
            options["choices"] = words[name]
        else:
            several = value is None or isinstance(value, tuple)
            kind = type(value[0]) if several and value else int if several else type(value)
            options |= {"type": kind, "metavar": kind.__name__.upper()}
            options |= {"nargs": "*"} if several else {}
        group.add_argument(f"--{name.replace('_', '-')}", **options)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def ingredients(arguments: argparse.Namespace, described: Iterable[str]) -> dict[str, Any]:
    """Return the ingredients that were given."""
    found = {name: getattr(arguments, name) for name in described}
    return {name: value for name, value in found.items() if value is not None}


def spaced(size: int, most: int = 12) -> list[int]:
    """Return the numbers of some rows, evenly spaced, the first and the last among them."""
    steps = max(min(size, most) - 1, 1)
    return sorted({round(i * (size - 1) / steps) for i in range(steps + 1)})


def table(
    columns: Mapping[str, Sequence[float] | Any],
    rows: Iterable[int],
    form: str = "14.6g",
    mark: Mapping[int, str] | None = None,
) -> list[str]:
    """Return rows of columns of numbers under their titles, some of them with a mark."""
    lines = ["".join(title.rjust(int(form.partition(".")[0])) for title in columns)]
    for row in rows:
        cells = (f"{values[row]:>{form}}" for values in columns.values())
        lines.append("".join(cells) + (mark or {}).get(row, ""))
    return lines


def with_advice(compute: Callable[[], Any], store: str | None) -> Any:
    """Compute, and say how to go on if that is interrupted or loses its workers."""
    advice = "nothing is kept without --store DIR"
    if store is not None:
        advice = f"{store} keeps what is done: the same command goes on from there"
    try:
        return compute()
    except KeyboardInterrupt:
        message = f"interrupted; {advice}"
        raise KeyboardInterrupt(message) from None
    except ChildProcessError as lost:
        message = f"{lost}; {advice}"
        raise ChildProcessError(message) from None
