"""The words of the voice: what stands on the page, said in the page's own words.

For the speech engine. Nothing is said that is not shown, and nothing personal beyond the masked
name; a code or a PIN is never said.
"""

from __future__ import annotations

from printing.outcome import Outcome
from terminal.session import states as st
from terminal.session.model import EndReason, Item, Language, Mode, Presence
from terminal.words import Words

from .lines import plain
from .reasons import why_not

PAUSE = {"zh": "", "en": " "}
"""Between two sentences."""


def spoken(state: st.State, words: Words) -> str:
    """What the voice says when ``state`` is shown, in the language of ``words``."""
    return _Voice(state, words).page(state)


class _Voice:
    def __init__(self, state: st.State, words: Words) -> None:
        self._words = words
        self._elder = state.look.mode is Mode.ELDER
        self._language = Language(words.language)

    def _say(self, key: str, **values: object) -> str:
        return plain(self._words.spoken(key, elder=self._elder, **values))

    def _join(self, *parts: str) -> str:
        """Sentences after each other; one without its full stop gets it."""
        stop = "。" if self._language is Language.ZH else "."
        ended = [part if part[-1] in "。？！.?!" else part + stop for part in parts if part]
        return PAUSE[self._words.language].join(ended)

    def _name(self, state: st.InVisit) -> str:
        """The masked name as it is said; an English voice cannot say a Chinese one."""
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
        """The page's words, one situation after the other."""
        say, join = self._say, self._join
        match state:
            case st.Welcome():
                return join(say("welcome.title"), say("welcome.voice"))
            case st.OutOfService(fault=fault):
                return join(say("out_of_service.title"), self._fault(fault.code))
            case st.Identifying():
                return join(say("identifying.title"), say("identifying.lede"))
            case st.CardTrouble(fault=fault):
                return self._fault(fault.code)
            case st.CardAway():
                return join(say("card_away.title"), say("card_away.kept"))
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
                reason = why_not(state.station, item, self._words)
                if reason is not None:
                    return join(say("preview.title"), say("preview.no_print", reason=reason))
                price = say("preview.free")
                return join(say("preview.title"), self._item(item), price, say("preview.voice"))
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
            case st.Maintenance():
                return say("maintenance.title")
        raise AssertionError(f"no words for {type(state).__name__}")

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
        offers = []
        for item in state.station.items:
            reason = why_not(state.station, item, self._words)
            offers.append(self._join(self._item(item), reason) if reason else self._item(item))
        return self._join(asked, *offers)

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
            case st.Proof.STAFF:
                return self._join(
                    why, say("staff.title"), say("staff.lede", item=self._item(state.item))
                )

    def _phone(self, state: st.Proving) -> str:
        return self._say("code.phone_end", digits=" ".join(state.masked_phone[-4:]))

    def _printing(self, state: st.Printing) -> str:
        say, progress = self._say, state.progress
        if state.cancelling is not None:
            return self._join(say("cancelling.title"), say("cancelling.lede"))
        if progress.waiting is None:
            remember = say("printing.remember", card=self._card(state))
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
            self._words.text(progress.waiting.code), say("waiting.called"), done,
            say("waiting.goes_on"), say("waiting.no_cost"),
        )  # fmt: skip

    def _collecting(self, state: st.Collecting) -> str:
        say = self._say
        taken = state.visit.presence is Presence.ABSENT
        card = "" if taken else say("collect.card", card=self._card(state))
        return self._join(say("collect.title"), card, say("collect.paper", pages=state.pages))

    def _trouble(self, state: st.Trouble) -> str:
        say = self._say
        done = say("trouble.pages_done", done=state.pages_done) if state.pages_done else ""
        return self._join(self._fault(state.fault.code), done, say("trouble.safe"))

    def _ending(self, state: st.Ending) -> str:
        say = self._say
        lying = state.reader in state.station.lying and state.reason is not EndReason.OTHER_CARD
        card = say("ending.card") if lying else ""
        reason = state.reason.value
        told = say("ending.clearing" if state.clearing else "ending.cleared")
        return self._join(card, say(f"ending.{reason}"), say(f"ending.{reason}.lede"), told)

    def _assisted(self, state: st.Assisted) -> str:
        say = self._say
        match state.reached:
            case None:
                told = say("help.calling")
            case True:
                told = say("help.reached")
            case False:
                told = self._join(say("help.not_reached"), say("help.not_reached.text"))
        return self._join(told, say("help.wait"))
