"""Large print and standard; a copy for the phone; the printer that holds the item's paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.health import DeviceStatus
from devices.readers.protocol import CardRemoved
from printing.faults import PAPER_OUT
from printing.outcome import Outcome
from printing.printer import PaperState, PrinterChanged, PrinterStatus, TonerState
from terminal.faults import WORKER_FAILED
from terminal.platform.faults import UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.deadline import deadline
from tests.terminal.session_world import (
    ASKED,
    BOTH,
    DESK,
    FREE,
    NO_PAPER,
    READY,
    Kiosk,
    document,
    ended,
    identity,
    link,
    nothing_personal_is_left,
    reach_choosing,
    station,
)

LARGE, STANDARD = m.Edition.LARGE, m.Edition.STANDARD
CARD = "na_card-cr80_54x86mm"


def previewing(kiosk: Kiosk, edition: m.Edition = STANDARD) -> m.Document:
    """Show the preview of the item with both editions and a copy. Return its document."""
    reach_choosing(kiosk)
    paper = document(edition=edition)
    kiosk.send(ev.ServiceChosen("both"), ev.DocumentReady(ASKED, paper))
    assert isinstance(kiosk.state, st.Previewing)
    return paper


def copying(kiosk: Kiosk, seconds: float = 60.0) -> m.Document:
    """Show the link to the copy, which expires after ``seconds``. Return the document."""
    paper = previewing(kiosk)
    kiosk.send(ev.CopyPressed(), ev.CopyReady(ASKED, link(kiosk.now + seconds)))
    assert isinstance(kiosk.state, st.Copying)
    return paper


# -- editions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "item", "edition"),
    [(m.Mode.STANDARD, "both", STANDARD), (m.Mode.ELDER, "both", LARGE),
     (m.Mode.ELDER, "free", STANDARD)],
)  # fmt: skip
def test_elder_mode_begins_with_large_print_if_it_is_offered(
    mode: m.Mode, item: str, edition: m.Edition
) -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ModeChosen(mode))
    (asked,) = kiosk.send(ev.ServiceChosen(item))
    assert isinstance(asked, ef.AskIssue)
    assert asked.edition is edition
    assert isinstance(kiosk.state, st.Preparing)
    assert kiosk.state.edition is edition


def test_item_offered_only_in_large_print_begins_with_it() -> None:
    assert replace(FREE, editions=(LARGE,)).edition_for(m.Mode.STANDARD) is LARGE


def test_another_edition_is_issued_shown_and_printed_and_the_first_is_wiped() -> None:
    kiosk = Kiosk()
    first = previewing(kiosk)
    earlier = kiosk.awaited
    effects = kiosk.send(ev.EditionChosen(LARGE))
    assert effects == (
        ef.Wipe(None, first),
        ef.AskIssue(*kiosk.asked, BOTH, LARGE),
    )
    assert first.wiped
    late = document(edition=STANDARD)  # the answer to an earlier request
    kiosk.send(ev.DocumentReady(earlier, late))
    assert isinstance(kiosk.state, st.Preparing)
    assert late.wiped
    large = document(number="N-2", edition=LARGE)
    kiosk.send(ev.DocumentReady(ASKED, large))
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-1", "v1", BOTH, large),)


def test_failed_edition_is_retried_as_the_same_edition() -> None:
    kiosk = Kiosk()
    previewing(kiosk)
    kiosk.send(ev.EditionChosen(LARGE), ev.PlatformFailed(ASKED, UNREACHABLE))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.send(ev.RetryPressed()) == (ef.AskIssue(*kiosk.asked, BOTH, LARGE),)


@pytest.mark.parametrize("item", ["free", "both"])
def test_shown_edition_and_unknown_edition_are_not_issued(item: str) -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    paper = document()
    kiosk.send(ev.ServiceChosen(item), ev.DocumentReady(ASKED, paper))
    assert kiosk.send(ev.EditionChosen(LARGE if item == "free" else STANDARD)) == ()
    assert isinstance(kiosk.state, st.Previewing)
    assert not paper.wiped


# -- a copy for the phone --------------------------------------------------------------------------


def test_visit_can_end_with_a_copy_instead_of_paper() -> None:
    kiosk = Kiosk()
    paper = previewing(kiosk)
    assert kiosk.send(ev.CopyPressed()) == (ef.AskCopy(*kiosk.asked, paper),)
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.asking
    shown = link(kiosk.now + 60)
    assert kiosk.send(ev.CopyReady(ASKED, shown)) == (ef.RecordCopy("v1", "both"),)
    assert kiosk.state.link is shown
    assert shown.url not in repr(kiosk.state)
    effects = kiosk.send(ev.DonePressed())
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.DONE
    assert ef.ClearPrinter() not in effects  # nothing was sent to the printer
    assert paper.wiped
    assert nothing_personal_is_left(kiosk)


def test_no_copy_is_offered_if_the_item_has_none() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, document()))
    assert kiosk.send(ev.CopyPressed()) == ()
    assert isinstance(kiosk.state, st.Previewing)


def test_expired_link_is_removed_and_can_be_requested_again() -> None:
    kiosk = Kiosk()
    paper = copying(kiosk, seconds=30.0)
    assert kiosk.send(ev.RetryPressed()) == ()  # the link that is shown is still valid
    kiosk.wait(29)
    assert kiosk.at(st.Copying).link is not None
    kiosk.wait(1)
    shown = kiosk.at(st.Copying)
    assert (shown.link, shown.expired) == (None, True)
    assert kiosk.send(ev.RetryPressed()) == (ef.AskCopy(*kiosk.asked, paper),)
    kiosk.send(ev.CopyReady(ASKED, link(kiosk.now + 60)))
    assert kiosk.at(st.Copying).link is not None
    assert len(kiosk.of(ef.RecordCopy)) == 2


def test_document_can_be_printed_if_the_copy_fails() -> None:
    kiosk = Kiosk()
    paper = previewing(kiosk)
    kiosk.send(ev.CopyPressed())
    failed = ev.PlatformFailed(ASKED, UNREACHABLE)
    assert kiosk.send(failed) == (ef.RecordFault(UNREACHABLE, "Copying"),)
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.fault is UNREACHABLE
    kiosk.send(ev.BackPressed())
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-1", "v1", BOTH, paper),)


def test_printing_after_a_copy_is_not_a_reprint() -> None:
    kiosk = Kiosk()
    copying(kiosk)
    kiosk.send(ev.BackPressed())
    (printed,) = kiosk.send(ev.PrintPressed())
    assert isinstance(printed, ef.Print)
    assert printed.reprint is None


def test_another_service_after_a_copy_wipes_the_document() -> None:
    kiosk = Kiosk()
    paper = copying(kiosk)
    assert kiosk.send(ev.MorePressed()) == (ef.Wipe(None, paper),)
    assert isinstance(kiosk.state, st.Choosing)


def test_the_phone_needs_no_card_but_printing_does() -> None:
    kiosk = Kiosk()
    copying(kiosk)
    kiosk.send(CardRemoved(DESK))
    kiosk.at(st.Copying)
    assert kiosk.send(ev.MorePressed()) == ()
    kiosk.send(ev.BackPressed())
    kiosk.at(st.CardAway)
    kiosk.send(ev.CardRead("v9", DESK, identity(), True))
    assert isinstance(kiosk.state, st.Previewing)


def test_a_link_for_another_request_or_after_an_answer_is_not_shown() -> None:
    kiosk = Kiosk()
    previewing(kiosk)
    kiosk.send(ev.CopyPressed())
    asked = kiosk.awaited
    kiosk.send(ev.CopyReady(asked - 1, link(9e9)))
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.asking
    kiosk.send(ev.PlatformFailed(asked, UNREACHABLE))
    kiosk.send(ev.CopyReady(asked, link(9e9)))
    assert kiosk.state.link is None


def test_unanswered_copy_request_ends_the_visit_as_a_fault() -> None:
    kiosk = Kiosk()
    paper = previewing(kiosk)
    kiosk.send(ev.CopyPressed())
    kiosk.wait(60)
    assert isinstance(kiosk.state, st.Ending)
    assert ef.RecordFault(WORKER_FAILED, "Copying") in kiosk.done
    assert paper.wiped


def test_visit_ends_by_itself_if_the_link_is_not_fetched() -> None:
    kiosk = Kiosk()
    paper = copying(kiosk, seconds=1000.0)
    kiosk.wait(999)
    assert kiosk.at(st.Copying).link is not None
    kiosk.wait(1)
    assert kiosk.at(st.Copying).expired
    usual = kiosk.state.station.limits.patience[kiosk.state.look.mode]
    kiosk.wait(usual.quiet_s + usual.warning_s - 1)
    assert isinstance(kiosk.state, st.Copying), "there is time to ask for another link"
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Ending)
    assert paper.wiped


def test_the_code_is_shown_as_long_as_the_page_says() -> None:
    for present, seconds in ((True, 600.0), (True, 30.0), (False, 600.0)):
        kiosk = Kiosk()
        copying(kiosk, seconds=seconds)
        if not present:
            kiosk.send(CardRemoved(DESK))
        promised = kiosk.at(st.Copying).shown_until
        kiosk.wait(promised - kiosk.now - 1)
        assert kiosk.at(st.Copying).link is not None
        kiosk.wait(1)
        assert not isinstance(kiosk.state, st.Copying) or kiosk.state.link is None


# -- several printers ------------------------------------------------------------------------------


def test_item_depends_only_on_the_printer_of_its_paper() -> None:
    cards = PrinterStatus(DeviceStatus.ONLINE, PaperState.FULL, TonerState.FULL, media=CARD)
    on_card = replace(FREE, media=CARD)
    at = station(printers=(("pages", NO_PAPER), ("cards", cards)))
    assert at.unavailable(FREE) is PAPER_OUT
    assert at.unavailable(on_card) is None
    assert at.out_of_service() is None
    assert at.printer is NO_PAPER
    # If no printer reports this paper, the status of the page printer counts.
    assert at.unavailable(replace(FREE, media="iso_a5_148x210mm")) is PAPER_OUT


def test_printer_status_is_kept_by_name_and_order() -> None:
    kiosk = Kiosk(station(printers=(("pages", READY), ("cards", NO_PAPER))))
    kiosk.send(PrinterChanged(NO_PAPER, "pages"), PrinterChanged(READY, "cards"))
    assert kiosk.state.station.printers == (("pages", NO_PAPER), ("cards", READY))


def test_station_without_a_printer_status_prints_nothing() -> None:
    assert station(printers=()).printer is m.PRINTER_UNASKED
    assert station(printers=()).unavailable(FREE) is not None


def test_copy_does_not_count_as_printed_in_the_outcome() -> None:
    kiosk = Kiosk()
    copying(kiosk)
    kiosk.send(ev.BackPressed(), ev.PrintPressed(), ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)
    assert len(kiosk.of(ef.ConfirmPrinted)) == len(kiosk.of(ef.RecordCopy)) == 1


def test_link_to_the_previous_edition_is_not_shown_for_this_one() -> None:
    """The link was requested for the first edition. It arrives after the second was chosen."""
    kiosk = Kiosk()
    previewing(kiosk)
    kiosk.send(ev.CopyPressed())
    earlier = kiosk.awaited
    kiosk.send(ev.BackPressed(), ev.EditionChosen(LARGE))
    large = document(number="N-2", edition=LARGE)
    kiosk.send(ev.DocumentReady(ASKED, large), ev.CopyPressed())
    kiosk.send(ev.CopyReady(earlier, link(9e9)))
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.asking
    mine = link(8e9)
    kiosk.send(ev.CopyReady(ASKED, mine))
    assert kiosk.state.link is mine


def test_link_is_shown_only_briefly_after_the_card_is_removed() -> None:
    kiosk = Kiosk()
    previewing(kiosk)
    kiosk.send(ev.CopyPressed(), ev.CopyReady(ASKED, link(kiosk.now + 600)))
    limits = kiosk.state.station.limits
    patient = deadline(kiosk.state)
    assert patient is not None
    assert patient.warn_at == kiosk.now + 600
    kiosk.send(CardRemoved(DESK))
    assert isinstance(kiosk.state, st.Copying)
    hurried = deadline(kiosk.state)
    assert hurried is not None
    assert hurried.warn_at - kiosk.state.quiet_since == limits.collect_s
