"""Rules for the values that a sealed PDF may contain.

`printing.seal.graphics` and `printing.seal.whitelist` declare their tables with these rules, and
`printing.seal.content` checks a file with them. A rule never follows a reference: it puts the
reference into the queue of the `Walk`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from devices.health import Fault

from ..faults import ACTIVE_CONTENT, NOT_A_PDF
from ..pdf.file import PdfFile, Place, Stream
from ..pdf.syntax import Ref, Value

ACTIVE_KEYS = frozenset(
    {
        "/A", "/AA", "/AF", "/Alternates", "/AlternatePresentations", "/AP", "/CO", "/Collection",
        "/D", "/DPartRoot", "/DV", "/EF", "/EmbeddedFiles", "/F", "/FDecodeParms", "/FFilter",
        "/FixedPrint", "/HT", "/IRT", "/JavaScript", "/JS", "/Launch", "/Legal", "/Measure",
        "/Movie", "/NeedAppearances", "/NeedsRendering", "/Next", "/OC", "/OCProperties",
        "/OpenAction", "/OPI", "/PA", "/Popup", "/PresSteps", "/PS", "/R", "/Ref", "/Renditions",
        "/Requirements", "/RichMediaContent", "/RichMediaSettings", "/SeparationInfo", "/Sound",
        "/Subtype2", "/Templates", "/Threads", "/TR", "/TR2", "/Trans", "/UF", "/UR", "/UR3",
        "/URI", "/URLS", "/UserUnit", "/VP", "/Win", "/XFA", "/XFAResources",
    }
)  # fmt: skip
"""Keys of the standard that trigger actions, embed other files, or change the printed page only.

The detail of a fault may contain these keys. It contains no other key, because a file could hide
personal data in one."""

Problem: TypeAlias = "Fault | str"
"""A fault, or a text about a wrong value, which follows the name of its key in a fault's detail."""
_WRONG_TYPE = "has an invalid type"
_NOT_ALLOWED = "has a value that is not accepted"


@dataclass(slots=True)
class Walk:
    """The queue of references to check, and the objects already checked."""

    file: PdfFile
    follow: bool = True
    """Whether references are followed. They are not for an object that no other object uses."""
    queue: list[tuple[Ref, Rule, str]] = field(default_factory=list)
    seen: set[tuple[Place, int]] = field(default_factory=set)
    visited: set[Place] = field(default_factory=set)
    known: set[Place] = field(default_factory=set)
    """Objects whose bytes already show that they follow ``known_rules``, so they are not parsed."""
    known_rules: frozenset[Rule] = frozenset()

    def later(self, ref: Ref, rule: Rule, noun: str) -> None:
        """Put the object of ``ref`` into the queue, to check it with ``rule``."""
        if self.follow and rule is not LINK:
            self.queue.append((ref, rule, noun))

    def run(self) -> Fault | None:
        """Check all objects in the queue, and those that they refer to; return the first fault."""
        while self.queue:
            ref, rule, noun = self.queue.pop()
            place = self.file.place(ref)
            if place is None or (place, id(rule)) in self.seen:
                continue
            self.seen.add((place, id(rule)))
            if place in self.known and rule in self.known_rules:
                continue
            self.visited.add(place)
            value = self.file.read(place)
            if isinstance(value, Ref):
                return NOT_A_PDF.with_detail("a reference to a reference")
            problem = rule.check(self, value)
            if problem is not None:
                return as_fault(problem, f"a value of {noun}")
        return None


def as_fault(problem: Problem, what: str) -> Fault:
    """Return ``problem`` as a fault; ``what`` names the value."""
    if isinstance(problem, Fault):
        return problem
    kind = ACTIVE_CONTENT if problem is _NOT_ALLOWED else NOT_A_PDF
    return kind.with_detail(f"{what} {problem}")


def entries_of(value: Value) -> Value:
    """Return the dictionary of a stream, or ``value`` itself if it is not a stream."""
    return value.entries if isinstance(value, Stream) else value


class Rule(ABC):
    """A condition on a value."""

    @abstractmethod
    def check(self, walk: Walk, value: Value) -> Problem | None:
        """Return the problem with ``value``, which is not a reference; ``None`` if it is valid."""


@dataclass(eq=False, slots=True)
class Plain(Rule):
    """A value for which ``accepts`` returns true. References are not followed."""

    accepts: Callable[[Value], bool]
    problem: str = _WRONG_TYPE

    def check(self, _walk: Walk, value: Value) -> Problem | None:
        return None if self.accepts(value) else self.problem


@dataclass(eq=False, slots=True)
class Either(Rule):
    """A value that follows at least one of the rules.

    Only the last rule may queue references, because a rule that fails does not take them back.
    """

    rules: tuple[Rule, ...]

    def check(self, walk: Walk, value: Value) -> Problem | None:
        problem: Problem | None = None
        for rule in self.rules:
            problem = rule.check(walk, value)
            if problem is None:
                return None
        return problem


@dataclass(eq=False, slots=True)
class ArrayOf(Rule):
    """An array of values that all follow one rule."""

    rule: Rule

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, list):
            return _WRONG_TYPE
        for item in value:
            if isinstance(item, Ref):
                walk.later(item, self.rule, "an array")
                continue
            problem = self.rule.check(walk, item)
            if problem is not None:
                return problem
        return None


@dataclass(eq=False, slots=True)
class DictionaryOf(Rule):
    """A dictionary with any keys, whose values all follow one rule."""

    rule: Rule

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, dict):
            return _WRONG_TYPE
        return ArrayOf(self.rule).check(walk, list(value.values())) if value else None


@dataclass(eq=False, slots=True)
class Kind(Rule):
    """A type of dictionary or stream in the standard, with the accepted keys and their rules."""

    noun: str
    keys: dict[str, Rule]
    required: tuple[str, ...] = ()
    stream: bool = False
    also: Callable[[Walk, Value], Problem | None] | None = None
    """A further check of several values together; it receives the dictionary or the stream."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        entries = entries_of(value)
        if not isinstance(entries, dict) or isinstance(value, Stream) is not self.stream:
            return NOT_A_PDF.with_detail(f"{self.noun} {_WRONG_TYPE}")
        for key, item in entries.items():
            rule = self.keys.get(key)
            if rule is None:
                stated = key if key in ACTIVE_KEYS else "an unknown key"
                return ACTIVE_CONTENT.with_detail(f"{stated} in {self.noun}")
            if isinstance(item, Ref):
                walk.later(item, rule, self.noun)
                continue
            problem = None if item is None else rule.check(walk, item)
            if problem is not None:
                return as_fault(problem, f"{key} of {self.noun}")
        for key in self.required:
            # A reference to a missing object is null, and null is the same as no entry (7.3.7,
            # 7.3.10).
            if walk.file.resolve(entries.get(key)) is None:
                return NOT_A_PDF.with_detail(f"{self.noun} without {key}")
        return None if self.also is None else self.also(walk, value)


@dataclass(eq=False, slots=True)
class Choice(Rule):
    """Several kinds of one object; the value of ``key`` determines which one applies."""

    noun: str
    key: str
    kinds: Mapping[Value, Rule]

    def check(self, walk: Walk, value: Value) -> Problem | None:
        entries = entries_of(value)
        if not isinstance(entries, dict):
            return NOT_A_PDF.with_detail(f"{self.noun} {_WRONG_TYPE}")
        name = walk.file.resolve(entries.get(self.key))
        kind = self.kinds.get(name) if isinstance(name, (str, int, type(None))) else None
        if kind is None:
            return ACTIVE_CONTENT.with_detail(f"{self.noun} of a kind that is not accepted")
        return kind.check(walk, value)


class Late(Rule):
    """A rule whose definition follows later, for kinds that contain each other."""

    __slots__ = ("rule",)

    def __init__(self) -> None:
        self.rule: Rule | None = None

    def check(self, walk: Walk, value: Value) -> Problem | None:
        assert self.rule is not None
        return self.rule.check(walk, value)


def _is_number(value: Value) -> bool:
    return type(value) in (int, float)


def _is_simple(value: Value) -> bool:
    """Return whether ``value`` is a scalar, or an array of scalars, without references."""
    if isinstance(value, list):
        return all(map(_is_simple, value))
    return value is None or isinstance(value, (bool, int, float, str, bytes))


NAME = Plain(lambda value: isinstance(value, str))
WHOLE = Plain(lambda value: type(value) is int)
NUMBER = Plain(_is_number)
BOOLEAN = Plain(lambda value: isinstance(value, bool))
STRING = Plain(lambda value: isinstance(value, bytes))
SCALAR = Plain(lambda value: _is_simple(value) and not isinstance(value, list))
SIMPLE = Plain(_is_simple)


class _Link(Rule):
    """A reference that is not followed, to an object that is checked elsewhere."""

    def check(self, _walk: Walk, value: Value) -> Problem | None:
        return None if value is None else _WRONG_TYPE


LINK = _Link()


def numbers(count: int | None = None) -> Rule:
    """Return a rule for an array of ``count`` numbers, or of any number of them."""
    return Plain(
        lambda value: (
            isinstance(value, list)
            and (count is None or len(value) == count)
            and all(map(_is_number, value))
        )
    )


def one_of(*values: Value) -> Rule:
    """Return a rule that accepts only these names or numbers."""
    return Plain(
        lambda value: any(value == v and type(value) is type(v) for v in values), _NOT_ALLOWED
    )


def either(*rules: Rule) -> Rule:
    """Return a rule that accepts a value if one of ``rules`` does."""
    return Either(rules)
