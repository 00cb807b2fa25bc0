"""The operators' verbs of `beanstack`, which the Makefile's recipes call.

Exit status: 0 well, 1 a deployment that failed or is not healthy, 2 a mistake.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from beanstack import loopback
from beanstack.eb.findings import printable_lines
from beanstack.failures import failure
from beanstack.operate import TIMEOUT, by_hand, commands, compared, deploy, going_back, history, platform, repair
from beanstack.operate.arguments import DEPLOY, add_command, add_environment
from beanstack.operate.call import LOCAL_STATE, Call
from beanstack.operate.errors import DeploymentError
from beanstack.operate.guard import refuse_call_of_make

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[Call], int]

# What also works for an environment that config/ no longer has: its deployed stack describes it.
WITHOUT_CONFIG = (
    *(compared.status, commands.events, commands.url, deploy.confirm, deploy.delete),
    *(commands.drift, commands.snapshot, commands.wait, repair.abort, repair.restart, repair.redeploy),
)
# What continues on AWS when a verb that waits for it is interrupted.
CONTINUING: dict[Command, str] = {
    deploy.follow: "The deployment continues on AWS",
    deploy.delete: "The deletion continues on AWS",
    commands.wait: "The deployment continues on AWS",
    commands.continue_rollback: "The rollback continues on AWS",
    repair.restart: "The restart continues on AWS",
    repair.redeploy: "The deployment continues on AWS",
}
DEPLOYING = (deploy.follow, commands.wait)
# https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html
LOG_IN = "Choose a profile with AWS_PROFILE, or log in, as with `aws sso login`"
# The errors of botocore if the local AWS has ended: nothing listens any more, or nothing answers a request.
CUT_OFF = ("EndpointConnectionError", "ConnectionClosedError", "ReadTimeoutError")
LOCAL_ENDED = (
    "the local AWS does not answer at {url}. If it has ended, all that it held is lost: stacks, bundles, records and "
    "secrets. See {log}; `make stack LOCAL=1` starts it again and deploys"
)
DETAILED = "--detailed-exitcode"
DELETE = "aws cloudformation delete-stack --stack-name {stack}"
UPLOAD = "aws s3api put-object --bucket {bucket} --key {key} --body {zip} --checksum-sha256 {checksum}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    mistake = 1 if DETAILED in words else 2  # where 2 means that there are changes
    try:
        options = parser().parse_args(words)
    except SystemExit as end:
        raise SystemExit(mistake if end.code else 0) from None
    command: Command = options.command
    call = Call(options)
    try:
        refuse_call_of_make(os.environ)
        if options.local:
            loopback.enter((options.project / LOCAL_STATE).absolute())
        return command(call)
    except DeploymentError as error:
        print(printable_lines(str(error)), file=sys.stderr)
    except KeyboardInterrupt:
        if command in CONTINUING:
            print(f"\n{interrupted(call)}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # of standard output, which is the command line's concern
        raise
    except OSError as error:
        if error.filename is None:  # as of standard output, which is the command line's concern
            raise
        print(printable_lines(failure(error)), file=sys.stderr)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        from beanstack.operate.patience import are_missing, has_expired

        if are_missing(error):  # as a comparison would name it, which needs them itself
            print(f"missing:credentials: {error}\n  {LOG_IN}", file=sys.stderr)
            return mistake
        if call.endpoint and type(error).__name__ in CUT_OFF:
            print(LOCAL_ENDED.format(url=call.endpoint, log=options.project / LOCAL_STATE / "log"), file=sys.stderr)
            return mistake
        print(printable_lines(f"AWS: {error}"), file=sys.stderr)
        if has_expired(error):
            print(expired(call), file=sys.stderr)
    return mistake


def interrupted(call: Call) -> str:
    """Return what continues on AWS without the verb, and how to see or stop it."""
    advice = f"`make events {call.make}` shows it"
    if call.options.command in DEPLOYING and not call.options.shared:
        advice += f", `make abort {call.make}` stops it"
    return f"{CONTINUING[call.options.command]}; {advice}"


def expired(call: Call) -> str:
    """Return what to do about credentials that have expired."""
    if call.options.command not in DEPLOYING:
        return "The credentials have expired; renew them and try again."
    return (
        "The credentials have expired. The deployment goes on by itself; once they are renewed, "
        f"`{call.again}` waits again."
    )


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack", description="Operate one environment.")
    allow, remove = os.environ.get("ALLOW", ""), bool(os.environ.get("REMOVE_LEFTOVERS"))
    subparsers = made.add_subparsers(required=True, metavar="VERB")

    def add(name: str, command: Command, more: str = "") -> argparse.ArgumentParser:
        example = f"example: beanstack {name} --app shop --env prod {more}".rstrip()
        words = command.__doc__
        added = subparsers.add_parser(name, help=words, description=words, epilog=example)
        added.set_defaults(
            command=command,
            shared=False,
            rollback=False,
            without_config=command in WITHOUT_CONFIG,
            allow=allow,
            remove_leftovers=remove,
        )
        add_environment(added)
        return added

    def add_for_stacks(name: str, command: Command, more: str) -> argparse.ArgumentParser:
        added = add(name, command, f"--shared {more}")
        added.add_argument("--shared", action="store_true", help="the stacks that the environments share instead")
        return added

    add("bundle", commands.zip_bundle)
    checking = add("preflight", compared.preflight, "--allow data-loss:database")
    checking.add_argument("--allow", metavar="DANGERS", help="dangers that are accepted, by name; by default $ALLOW")
    add_timeout(checking)
    planning = add("plan", compared.plan, "--format markdown")
    planning.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    meaning = "exit 0 without changes, 1 for an error, 2 for changes, 3 for a danger"
    planning.add_argument(DETAILED, action="store_true", help=meaning)
    add("status", compared.status)
    add("url", commands.url)
    add("events", commands.events)
    following = add_for_stacks("follow", deploy.follow, f"-- {DEPLOY}")
    add_rollback(following)
    add_words(following)
    add_words(add("upload", deploy.upload, f"-- {UPLOAD}"))
    add_for_stacks("confirm", deploy.confirm, "").add_argument("--name", help="the answer, for scripts")
    add_words(add_for_stacks("delete", deploy.delete, f"-- {DELETE}"))
    add_timeout(add("begin", commands.begin, "--timeout 600"))
    add("snapshot", commands.snapshot)
    add_command(add("exec", commands.execute, """--container web --cmd '["env"]'"""))
    add_rollback(add("protect", commands.protect))
    waiting = add("wait", commands.wait, "--timeout 600")
    add_rollback(waiting)
    add_timeout(waiting)
    going = add("rollback", going_back.rollback, "--to 5b2686a")
    add_to(going, "a commit that was deployed; by default $TO, or the last good one before the one that runs")
    going.add_argument("--allow", metavar="DANGERS", help="dangers that are accepted, by name; by default $ALLOW")
    add_timeout(going)
    add("revert", going_back.revert)
    for name in ("abort", "restart", "redeploy"):
        add_timeout(add(name, getattr(repair, name), "--timeout 600"))
    add("drift", commands.drift)
    add_to(
        add("platform", platform.platform, "--to 4.7.8"), "a version, or `running`; by default $TO, or only list them"
    )
    add("import-stack", commands.import_stack)
    locking = add("lock", by_hand.lock, "--reason 'moving the database'")
    locking.add_argument(
        "--reason", default=os.environ.get("REASON", ""), help="for others to read; by default $REASON"
    )
    add("unlock", by_hand.unlock)
    add("history", history.history)
    continuing = add("continue-rollback", commands.continue_rollback, "--skip Environment")
    continuing.add_argument("--skip", nargs="+", default=[], metavar="RESOURCE", help="left as it is, by logical id")
    add("eb", commands.eb, "-- logs").add_argument("words", nargs="*", metavar="WORD", help="behind --, eb's own")
    return made


def add_to(parser: argparse.ArgumentParser, meaning: str) -> None:
    parser.add_argument("--to", default=os.environ.get("TO", ""), help=meaning)


def add_rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rollback", action="store_true", help="what `beanstack rollback` has taken from git instead")


def add_timeout(parser: argparse.ArgumentParser) -> None:
    # New instances take minutes until enough checks have passed.
    parser.add_argument("--timeout", type=float, default=TIMEOUT, metavar="SECONDS")


def add_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORD", help="behind --, the command to run")


if __name__ == "__main__":
    sys.exit(main())
