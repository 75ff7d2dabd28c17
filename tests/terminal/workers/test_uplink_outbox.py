"""The connection's outbox: in order, with stable keys, no message blocks the others."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from devices.health import Fault
from printing.outcome import Evidence, Outcome
from terminal.journal.journal import Journal
from terminal.platform import faults
from terminal.platform.wire import HelpReason
from terminal.sandbox.process import SandboxProcess
from terminal.workers import uplink as line_module
from tests.terminal.line_world import Post, answers, call, document, unsettled, until_offered
from tests.terminal.terminal_world import until


def test_messages_are_sent_once_and_in_order(post: Post, sandbox: SandboxProcess) -> None:
    number = document(post, sandbox)
    post.journal.outcome_known("a1-1", number, Outcome.QUEUED, 0, Evidence.CANCELLED)
    post.journal.help_called("b2", HelpReason.RESIDENT_ASKS, "Choosing")
    post.journal.outcome_known("a1-2", number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    line = post.line()
    until(lambda: not unsettled(post), "the sending")
    line.wake()
    post.journal.help_called("c3", HelpReason.FAULT, "Printing", "PRN-201")
    line.wake()
    until(lambda: not unsettled(post), "the sending")
    assert [given[0] for given in post.client.of("confirm_printed", "call_help")] == [
        "a1-1", "b2", "a1-2", "c3",
    ]  # fmt: skip


def test_unacknowledged_message_is_resent_with_its_key_after_a_restart(
    post: Post, sandbox: SandboxProcess
) -> None:
    number = document(post, sandbox)
    # The platform accepts the message, but its answer is cut off.
    sandbox.control(fault="truncated", only=["confirm_printed"])
    post.journal.outcome_known("a1-1", number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.line()
    until(lambda: sandbox.counts().get("confirm_printed"), "the first sending")
    post.lines.pop().stop()
    assert unsettled(post) == ["a1-1"]
    post.journal.close()
    again = Journal.open(post.folder / "journal", bytes(32))
    assert isinstance(again, Journal)
    post.journal = again
    sandbox.control()
    post.line()
    until(lambda: not unsettled(post), "the second sending")
    sent = post.client.of("confirm_printed")
    assert len(sent) >= 2
    assert set(sent) == {("a1-1", number, Outcome.PRINTED, 1)}
    assert faults.KEY_REUSED.code not in answers(post)


def test_finally_refused_message_does_not_block_others(post: Post, sandbox: SandboxProcess) -> None:
    number = document(post, sandbox)
    post.journal.outcome_known("a1-1", "NO-SUCH", Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.journal.outcome_known("a1-2", number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.line()
    until(lambda: not unsettled(post), "both being settled")
    assert answers(post) == [faults.REQUEST_REFUSED.code, ""]


@pytest.mark.parametrize("fault", ["garbage", "error_500", "error_503", "absent", "content_type"])
def test_failed_message_is_kept_and_resent(post: Post, sandbox: SandboxProcess, fault: str) -> None:
    number = document(post, sandbox)
    sandbox.control(fault=fault, only=["confirm_printed"])
    post.journal.outcome_known("a1-1", number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.line()
    until(lambda: len(post.client.of("confirm_printed")) >= 2, "the trying again")
    assert unsettled(post) == ["a1-1"]
    sandbox.control()
    until(lambda: not unsettled(post), "the sending")
    assert answers(post) == [""]


def test_message_that_raises_does_not_block_others(post: Post, sandbox: SandboxProcess) -> None:
    number = document(post, sandbox)

    def confirm_printed(key: str, *given: Any) -> Any:
        if key == "a1-1":
            raise ValueError("secret")
        return post.client._client.confirm_printed(key, *given)

    post.client.instead["confirm_printed"] = confirm_printed
    for job in ("a1-1", "a1-2"):
        post.journal.outcome_known(job, number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.line()
    until(lambda: unsettled(post) == ["a1-1"], "the second being settled")


@pytest.mark.parametrize(
    "fault", [faults.SERVER_ERROR, faults.GARBAGE, faults.ITEM_CLOSED], ids=lambda each: each.code
)
@pytest.mark.parametrize("bad", [1, 7])
def test_failing_messages_do_not_block_others(
    post: Post, sandbox: SandboxProcess, fault: Fault, bad: int
) -> None:
    """This holds for any number of failing messages, and as long as they fail."""
    number = document(post, sandbox)
    failing = [f"b{each}-1" for each in range(bad)]

    def confirm_printed(key: str, *given: Any) -> Any:
        return fault if key in failing else post.client._client.confirm_printed(key, *given)

    post.client.instead["confirm_printed"] = confirm_printed
    for job in (*failing, "a1-1"):
        post.journal.outcome_known(job, number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    post.journal.help_called("b2", HelpReason.RESIDENT_ASKS, "Choosing")
    post.line()
    until(lambda: unsettled(post) == failing, "the others being settled")
    kept, failing = failing, []
    until(lambda: not unsettled(post), f"the sending of {kept}")


def test_failing_platform_gets_few_messages_per_turn(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "RETRY_S", 60.0)

    def confirm_printed(*_given: Any) -> Fault:
        asked.append(None)
        return faults.SERVER_ERROR

    asked: list[None] = []
    post.client.instead["confirm_printed"] = confirm_printed
    for each in range(20):
        post.journal.outcome_known(
            f"a{each}-1", "N-1", Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS
        )
    line = post.line()
    results = call(post, line)
    until(lambda: results, "the call, which is not behind them")
    assert results == [(True, "0001")]
    line.stop()
    assert 0 < len(asked) <= 2 * line_module.MAX_FAILURES  # before the call and after it


# -- calls for help ------------------------------------------------------------------------------


def test_accepted_call_is_reported_with_its_number(post: Post) -> None:
    line = post.line()
    until_offered(post)
    results = call(post, line)
    until(lambda: results, "the answer")
    assert results == [(True, "0001")]
    assert answers(post) == ["0001"]


def test_call_is_sent_before_waiting_outcomes(post: Post, sandbox: SandboxProcess) -> None:
    number = document(post, sandbox)
    for each in range(12):
        post.journal.outcome_known(
            f"a1-{each}", number, Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS
        )
    started, go_on = threading.Event(), threading.Event()

    def confirm_printed(*given: Any) -> Any:
        started.set()
        assert go_on.wait(20)
        return post.client._client.confirm_printed(*given)

    post.client.instead["confirm_printed"] = confirm_printed
    line = post.line()
    assert started.wait(20)
    left: list[int] = []
    line.expect_help("d4", lambda *_how: left.append(len(unsettled(post))))
    post.journal.help_called("d4", HelpReason.RESIDENT_ASKS, "Choosing")
    line.wake()
    go_on.set()
    until(lambda: left, "the answer")
    assert left == [11]  # all but the one being sent
    until(lambda: not unsettled(post), "the others")


def test_failed_call_is_reported_and_sent_later(post: Post, sandbox: SandboxProcess) -> None:
    line = post.line()
    until_offered(post)
    sandbox.control(fault="absent")
    results = call(post, line)
    until(lambda: results, "the answer")
    assert results == [(False, "")]
    sandbox.control()
    until(lambda: not unsettled(post), "the call")
    assert answers(post) == ["0001"]
    assert results == [(False, "")]
