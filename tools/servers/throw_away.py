"""What the scripts that start throw-away servers share.

A script derives from Server, says how its server is started, and calls main(). Here are the verbs (start, stop, run),
the folder a server lives in, the JSON document that describes it, the cache, and ending a process by its own id.
"""

import argparse
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

USAGE_STATUS = 64
STOP_SECONDS = 30


class Failure(Exception):
    """Ends the script with this sentence on stderr and exit status 1."""


class Server:
    """One kind of server. The script's own class gives the attributes and the three functions."""

    name: str  # of the script and of temporary folders
    description: str  # for --help
    example: str  # for --help
    stop_signal = signal.SIGTERM

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options of start and run."""

    def start(self, directory: Path, options: argparse.Namespace, earlier: dict | None) -> dict:
        """Starts the server in the folder and returns its document when it answers.

        The document has at least "pid" and "directory". `earlier` is the document of a server that was stopped in this
        folder: then the same data, address and accounts are to be found again.
        """
        raise NotImplementedError

    def environment(self, document: dict) -> dict[str, str]:
        """The variables that `run` gives to its command."""
        raise NotImplementedError


def say(sentence: str) -> None:
    """Tells a human what takes time; stdout is for the document alone."""
    print(f"{Path(sys.argv[0]).name}: {sentence}", file=sys.stderr, flush=True)


def cache_folder() -> Path:
    """Where installed servers are kept between runs."""
    chosen = os.environ.get("COMMHOST_SERVER_CACHE")
    if chosen:
        return Path(chosen).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "commhost" / "servers"


@contextlib.contextmanager
def locked(path: Path):
    """Holds an exclusive lock on the file; another process waits. The kernel drops it when the holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def last_lines(path: Path, count: int = 15) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return f"(no {path})"


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(document: dict) -> bool:
    """Whether the document's process is still that server: not a later process with the same id, and not a dead one
    that its parent has not looked at yet, which has no command line any more."""
    return f"{document['directory']}/" in command_line(document["pid"])


def stop_process(document: dict, number: signal.Signals) -> bool:
    """Signals the document's process and waits until it is gone; false when it was gone before.

    A server that does not obey within STOP_SECONDS is killed: its data are thrown away anyhow.
    """
    try:
        process = os.pidfd_open(document["pid"])
    except ProcessLookupError:
        return False
    try:
        # Checked after the descriptor is open: from here on the id cannot pass to another process.
        if not is_running(document):
            return False
        for each, seconds in ((number, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, each)
            ended, _, _ = select.select([process], [], [], seconds)
            if ended:
                return True
            say(f"process {document['pid']} did not end within {seconds} s of {each.name}")
        raise Failure(f"process {document['pid']} cannot be ended")
    finally:
        os.close(process)


def document_path(directory: Path) -> Path:
    return directory / "server.json"


def read_document(directory: Path) -> dict | None:
    try:
        return json.loads(document_path(directory).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Failure(f"{document_path(directory)} is not what this script wrote: {error}") from error


def write_document(directory: Path, document: dict) -> None:
    """Written whole or not at all: somebody may be waiting for the file."""
    partial = directory / "server.json.partial"
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(document, indent=2) + "\n")
    partial.rename(document_path(directory))


def start(server: Server, directory: Path, options: argparse.Namespace) -> dict:
    directory.mkdir(parents=True, exist_ok=True)
    with locked(directory / "lock"):
        earlier = read_document(directory)
        if earlier is None:
            strangers = sorted(each.name for each in directory.iterdir() if each.name != "lock")
            if strangers:
                raise Failure(
                    f"{directory} is not empty (there is {strangers[0]}) and holds no {server.name} of this script"
                )
        elif is_running(earlier):
            raise Failure(f"{directory} already has a running server, process {earlier['pid']}")
        try:
            document = server.start(directory, options, earlier)
        except BaseException:
            if earlier is None:  # so that the folder can be tried again; what the logs say is in the failure
                for each in directory.iterdir():
                    if each.name != "lock":
                        shutil.rmtree(each) if each.is_dir() else each.unlink()
            raise
        write_document(directory, document)
        return document


def stop(server: Server, directory: Path) -> None:
    document = read_document(directory)
    if document is None:
        raise Failure(f"{directory} has no server.json: nothing was started there")
    if not stop_process(document, server.stop_signal):
        say(f"the server of {directory} was not running")


def clean_up(server: Server, directory: Path, keep: bool) -> None:
    """After the command has ended. What goes wrong here is said, and the status stays the command's."""
    try:
        started = read_document(directory)
        if started is not None:
            stop_process(started, server.stop_signal)
        if keep:
            say(f"kept {directory}")
        else:
            shutil.rmtree(directory)
    except (Failure, OSError) as error:
        say(f"{directory} could not be cleaned up: {error}")


def run(server: Server, command: list[str], options: argparse.Namespace) -> int:
    # A signal for this script ends the command, then the server; never this script alone.
    wanted_end: list[signal.Signals] = []
    child: subprocess.Popen | None = None

    def on_signal(number, _frame):
        wanted_end.append(signal.Signals(number))
        if child is None:
            raise KeyboardInterrupt
        if number != signal.SIGINT:  # a terminal sends that one to the command itself
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)

    directory = Path(tempfile.mkdtemp(prefix=f"commhost-{server.name}-"))
    try:
        document = start(server, directory, options)
        try:
            child = subprocess.Popen(command, env=os.environ | server.environment(document))
        except OSError as error:
            raise Failure(f"cannot run {command[0]}: {error.strerror}") from error
        status = child.wait()
        return status if status >= 0 else 128 - status
    except KeyboardInterrupt:
        return 128 + (wanted_end[0] if wanted_end else signal.SIGINT)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        clean_up(server, directory, options.keep)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE_STATUS, f"{self.prog}: {message}\n")


def parse(server: Server, arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = Parser(
        prog=f"tools/servers/{server.name}",
        description=server.description,
        epilog=server.example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="start|stop|run")
    start_parser = verbs.add_parser("start", help="start a server in a folder, print its JSON document when it answers")
    stop_parser = verbs.add_parser("stop", help="stop the server of a folder, wait until it is gone, keep the folder")
    run_parser = verbs.add_parser(
        "run",
        help="start one in a temporary folder, run a command with its address in the environment, stop it",
        usage=f"tools/servers/{server.name} run [options] -- COMMAND...",
    )
    for each in (start_parser, stop_parser):
        each.add_argument(
            "directory",
            metavar="DIR",
            type=lambda text: Path(text).absolute(),
            help="the server's folder; a stopped server is started again on its data and address",
        )
    for each in (start_parser, run_parser):
        server.add_options(each)
    run_parser.add_argument("--keep", action="store_true", help="keep the temporary folder and say where it is")

    command: list[str] = []
    if "--" in arguments:
        border = arguments.index("--")
        arguments, command = arguments[:border], arguments[border + 1 :]
    options = parser.parse_args(arguments)
    if (options.verb == "run") != bool(command):
        parser.error("run needs -- COMMAND..., the other verbs take none")
    return options, command


def interrupt(_number, _frame):
    raise KeyboardInterrupt


def main(server: Server) -> int:
    options, command = parse(server, sys.argv[1:])
    # A half-started server is taken down again, whichever signal ends the script.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        if options.verb == "stop":
            stop(server, options.directory)
            return 0
        if options.verb == "run":
            return run(server, command, options)
        print(json.dumps(start(server, options.directory, options)), flush=True)
        return 0
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return 1
