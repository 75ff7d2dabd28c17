"""Builds what the voice says for each page, from the words of the page.

Used by the speech engine. The voice says only what the page shows. The masked name is the only
personal data in it; a code or a PIN is never spoken.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.faults import CARD_UNSUPPORTED
from devices.operator import Role
from printing.outcome import Outcome
from terminal.session import states as st
from terminal.session.model import EndReason, Item, Language, Mode, Presence
from terminal.words import Words

from ..look.line_breaking import plain
from ..wording.cards import accepted
from ..wording.printed_pages import (
    action_while_waiting,
    pages_printed,
    printed_nothing,
    what_happened,
)
from ..wording.unavailable import only_phone, why_no_paper, why_not

PAUSE = {"zh": "", "en": " "}
"""Separator between two sentences."""


@dataclass(frozen=True, slots=True)
class InSight:
    """The services that the page shows now, and the name of their group (empty: no groups).

    ``turned`` is true if the resident moved to them on this page and has heard its question
    already.
    """

    group: str
    items: tuple[Item, ...]
    turned: bool = False


def spoken(state: st.State, words: Words, in_sight: InSight | None = None) -> str:
    """Return what the voice says when ``state`` is shown, in the language of ``words``.

    ``in_sight`` is given if the page has more services than it shows at once: those it shows now.
    """
    return _Voice(state, words, in_sight).page(state)


class _Voice:
    def __init__(self, state: st.State, words: Words, in_sight: InSight | None) -> None:
        self._words = words
        self._in_sight = in_sight
        self._elder = state.look.mode is Mode.ELDER
        self._language = Language(words.language)

    def _say(self, key: str, **values: object) -> str:
        return plain(self._words.spoken(key, elder=self._elder, **values))

    def _join(self, *parts: str) -> str:
        """Join sentences, and add a full stop to those that have none."""
        stop = "。" if self._language is Language.ZH else "."
        ended = [part if part[-1] in "。？！.?!" else part + stop for part in parts if part]
        return PAUSE[self._words.language].join(ended)

    def _name(self, state: st.InVisit) -> str:
        """Return the masked name for speech; empty in English, whose voice cannot pronounce
        Chinese."""
        if self._language is Language.EN:
            return ""
        return state.visit.identity.masked_name.replace("*", self._say("mask"))

    def _card(self, state: st.InVisit) -> str:
        return self._say(f"card.{state.visit.identity.kind.value}")

    def _item(self, item: Item) -> str:
        texts = item.elder_title if self._elder else item.title
        return texts.get(self._language) or texts.get(Language.ZH, "")

    def _fault(self, code: str) -> str:
        return plain(self._words.spoken(code))

    def page(self, state: st.State) -> str:
        """Return the words of the page of ``state``."""
        say, join = self._say, self._join
        match state:
            case st.Welcome():
                cards = accepted(state.station, self._words)
                return join(say("welcome.title"), say("welcome.voice", cards=cards))
            case st.OutOfService(fault=fault):
                return join(say("out_of_service.title"), self._fault(fault.code))
            case st.Identifying():
                return join(say("identifying.title"), say("identifying.lede"))
            case st.CardTrouble(fault=fault):
                usable = ""
                if fault.code == CARD_UNSUPPORTED.code:
                    usable = say("card.usable", cards=accepted(state.station, self._words))
                return join(self._fault(fault.code), usable)
            case st.CardAway():
                return self._card_away(state)
            case st.Consenting():
                return self._consenting(state)
            case st.Recognising():
                return join(say("recognising.title"), say("recognising.lede"))
            case st.Choosing():
                return self._choosing(state)
            case st.Proving():
                return self._proving(state)
            case st.Preparing(item=item):
                return join(say("preparing.title"), say("preparing.lede", item=self._item(item)))
            case st.Previewing(item=item):
                reason = why_no_paper(state.station, item, self._words)
                if reason is not None:
                    phone = say("preview.voice_phone") if item.copy else ""
                    return join(say("preview.title"), say("preview.no_print", reason=reason), phone)
                price = say("preview.free")
                phone = say("preview.voice_copy") if item.copy else ""
                return join(
                    say("preview.title"), self._item(item), price, say("preview.voice"), phone
                )
            case st.Copying():
                return self._copying(state)
            case st.Printing():
                return self._printing(state)
            case st.CheckingPaper(ended=ended):
                return join(say("paper.title"), say("paper.lede", pages=ended.pages))
            case st.Collecting():
                return self._collecting(state)
            case st.Trouble():
                return self._trouble(state)
            case st.Ending():
                return self._ending(state)
            case st.Assisted():
                return self._assisted(state)
            case st.Unlocking():
                return join(say("pin.title"), say("pin.lede"))
            case st.Maintenance(role=role):
                staff = role is Role.STAFF
                return say("maintenance.title_staff" if staff else "maintenance.title")
        raise AssertionError(f"no words for {type(state).__name__}")

    def _card_away(self, state: st.CardAway) -> str:
        say, before = self._say, state.before
        if isinstance(before, st.Proving) and before.staff_number:
            card = self._card(state)
            return self._join(say("card_away.staff_read"), say("card_away.staff_voice", card=card))
        return self._join(say("card_away.title"), say("card_away.kept"))

    def _copying(self, state: st.Copying) -> str:
        say = self._say
        if state.fault is not None:
            return self._join(say("copy.failed"), self._fault(state.fault.code))
        if state.expired:
            return self._join(say("copy.expired"), say("copy.expired.lede"))
        if state.link is None:
            return say("copy.fetching")
        out = state.visit.cancelled_job(state.document)
        paper = say("cancelling.paper") if out is not None and out.pages_done else ""
        return self._join(say("copy.title"), say("copy.scan"), say("copy.private"), paper)

    def _consenting(self, state: st.Consenting) -> str:
        say, name = self._say, self._name(state)
        hello = say("consent.title", name=name) if name else say("consent.title_nameless")
        return self._join(
            hello, say("consent.lede"), say("consent.what.text", card=self._card(state)),
            say("consent.why.text"), say("consent.long.text"),
        )  # fmt: skip

    def _choosing(self, state: st.Choosing) -> str:
        say, name = self._say, self._name(state)
        asked = say("choose.title", name=name) if name else say("choose.title_nameless")
        seen = self._in_sight or InSight("", state.station.items)
        group = say("choose.voice_group", group=seen.group) if seen.group else ""
        notes = [self._note(state, item) for item in seen.items]
        shared = notes[0] if notes and set(notes) == {notes[0]} else ""
        offers = (
            self._join(self._item(item), "" if shared else note)
            for item, note in zip(seen.items, notes, strict=True)
        )
        # A note that is the same for all of them is said once, at the end.
        return self._join("" if seen.turned else asked, group, *offers, shared)

    def _note(self, state: st.Choosing, item: Item) -> str:
        """Return why this service is not available, or only on a phone; empty if neither
        applies."""
        station, words = state.station, self._words
        return why_not(station, item, words) or only_phone(station, item, words) or ""

    def _proving(self, state: st.Proving) -> str:
        say = self._say
        why = self._fault(state.fault.code) if state.fault else ""
        match state.proof:
            case st.Proof.SENDING:
                return say("code.sending", phone=self._phone(state))
            case st.Proof.CHECKING | st.Proof.STAFF_CHECKING:
                return say("code.checking")
            case st.Proof.ENTERING:
                return self._join(
                    why, say("code.title"), say("code.lede", phone=self._phone(state))
                )
            case st.Proof.STAFF if state.staff_number:
                return self._join(why, say("staff.pin"))
            case st.Proof.STAFF:
                return self._join(
                    why, say("staff.title"), say("staff.lede", item=self._item(state.item))
                )

    def _phone(self, state: st.Proving) -> str:
        return self._say("code.phone_end", digits=" ".join(state.masked_phone[-4:]))

    def _printing(self, state: st.Printing) -> str:
        say, progress = self._say, state.progress
        if state.stopping:
            out = say("cancelling.paper") if progress.pages_done else ""
            if state.cancelling is None:
                return self._join(say("to_phone.title"), say("to_phone.lede"), out)
            return self._join(say("cancelling.title"), say("cancelling.lede"), out)
        if progress.waiting is None:
            taken = state.visit.presence is Presence.ABSENT
            remember = "" if taken else say("printing.remember", card=self._card(state))
            if progress.outcome is Outcome.PRINTING and progress.pages_done:
                counted = say("printing.count", done=progress.pages_done, pages=progress.pages)
                return self._join(say("printing.title"), counted)
            return self._join(say("printing.title"), remember)
        left = progress.pages - progress.pages_done
        done = (
            say("waiting.done", done=progress.pages_done, left=left)
            if progress.pages_done
            else say("waiting.none", pages=progress.pages)
        )
        return self._join(
            self._words.text(progress.waiting.code),
            plain(action_while_waiting(self._words, progress.waiting)), done,
            say("waiting.goes_on"), say("waiting.no_cost"),
            say("waiting.voice_copy") if state.may_copy else "",
        )  # fmt: skip

    def _collecting(self, state: st.Collecting) -> str:
        say = self._say
        taken = state.visit.presence is Presence.ABSENT
        card = "" if taken else say("collect.card", card=self._card(state))
        return self._join(say("collect.title"), card, say("collect.paper", pages=state.pages))

    def _trouble(self, state: st.Trouble) -> str:
        pages = plain(pages_printed(self._words, state, elder=self._elder))
        happened = what_happened(self._words, state, elder=self._elder)
        if state.waits_for is st.Waits.STAFF:
            return self._join(happened, pages, self._say("trouble.staff"))
        if not printed_nothing(state):
            happened = self._fault(state.fault.code)
        return self._join(happened, pages, self._say("trouble.safe"))

    def _ending(self, state: st.Ending) -> str:
        say = self._say
        card_present = (
            state.reader in state.station.cards_present and state.reason is not EndReason.OTHER_CARD
        )
        reason = state.reason.value
        message = say("ending.clearing" if state.clearing else "ending.cleared")
        if card_present:
            return self._join(say("ending.card"), say("ending.card.lede"), message)
        return self._join(say(f"ending.{reason}"), say(f"ending.{reason}.lede"), message)

    def _assisted(self, state: st.Assisted) -> str:
        say = self._say
        match state.reached:
            case None:
                message = say("help.calling")
            case True:
                message = say("help.reached")
            case False:
                message = self._join(say("help.not_reached"), say("help.not_reached.text"))
        return self._join(message, say("help.wait"))
