"""Answers viewers from the facts alone.

A template states facts or quotes the merchant; where the facts say nothing, the host says so and
the question is kept for the shop's staff. No model writes here, and nothing a viewer wrote is
ever part of what is said.
"""

from __future__ import annotations

import zlib
from collections import Counter
from datetime import datetime

from host.answers import understanding
from host.answers.asked import Asked
from host.answers.evidence import Evidence
from host.answers.saying import UNKNOWN, Asking, Clause, Saying, quote
from host.answers.sayings import FIXED, spec
from host.answers.understanding import Understanding
from host.answers.wordings import wordings
from host.model import Answer, Comment, Decision, Fact, Lang, Line, Lineup, Mood, Product
from host.viewers import show

PRIORITY = 1
"""Of an answer's line: above the talk."""
COMMON = ("price", "stock", "shipping", "returns", "warranty", "link", "coupon", "discount")
"""What viewers ask of every product; its sounds are made before they ask."""
COMMON_SPECS = 3
"""Specs, from the first, that are made ready too."""

_ROOM: dict[str, tuple[str, ...]] = {
    "greeting": ("greeting", "greeting-how"),
    "host": ("host", "host-how"),
    "complaint": ("complaint", "complaint-how", "complaint-staff"),
    "no-link": ("no-link", "no-link-how"),
    "which": ("which", "which-how"),
}
"""Topics that no product's facts answer."""
_NOT_KNOWN = frozenset({"complaint", "no-link", "which"})
_MOODS: dict[str, Mood] = {"complaint": "serious", "greeting": "warm"}


class Answerer:
    """Turns comments into lines."""

    def __init__(self, lineup: Lineup, lang: Lang, seed: int = 0) -> None:
        """``seed`` chooses the first wording of each answer; then they take turns."""
        self._lineup = lineup
        self._lang: Lang = lang
        self._seed = seed
        self._wordings = wordings(lang)
        self._understanding = Understanding(lineup)
        self._turns: Counter[tuple[str, str]] = Counter()
        self._last: str | None = None

    def follow(self, former: Answerer) -> None:
        """Go on with the turns of ``former``'s wordings, whose lineup was an earlier one."""
        self._turns, self._last = former._turns.copy(), former._last

    def understand(self, comment: Comment, on_air: str | None) -> Asked:
        """What the comment asks; the product on air (else the last one that was) if it names none.

        Changes nothing: the same comment is understood alike again.
        """
        return self._understanding.read(comment.text, on_air or self._last)

    def answer(
        self,
        comment: Comment,
        on_air: str | None,
        line_id: int,
        now: datetime,
        asked: Asked | None = None,
    ) -> Answer:
        """The answer as a line of ``line_id``; ``now``: when it will be said, with time zone.

        ``on_air``: the product being sold as it is said; another is called by its name.
        ``asked``: what ``understand`` made of the comment when it came; None: read it now.
        Every call uses up one wording of its topic. Topics of a double question are joined by "+".
        """
        self._last = on_air or self._last
        asked = asked or self.understand(comment, on_air)
        sayings = [self._saying(topic, asked, now) for topic in asked.topics]
        facts: dict[Fact, None] = {}
        texts = []
        for at, (topic, saying) in enumerate(zip(asked.topics, sayings, strict=True)):
            foreign = asked.sku is not None and asked.sku != on_air and at == 0
            texts.append(self._text(saying, asked.sku, self._turn(topic, asked.sku), foreign, at))
            self._turns[topic, asked.sku or ""] += 1
            facts.update(dict.fromkeys(saying.facts))
        line = Line(
            id=line_id,
            lang=self._lang,
            text=("" if self._lang == "zh" else " ").join(dict.fromkeys(texts)),
            beat="answer",
            sku=asked.sku,
            priority=PRIORITY,
            mood=_MOODS.get(asked.topics[0], "warm"),
            gesture="nod",
            facts=tuple(facts),
            in_reply_to=comment.id,
            question=show(comment),
        )
        return Answer(comment, line, all(saying.known for saying in sayings), asked.topic)

    def common(self, sku: str, now: datetime) -> tuple[Line, ...]:
        """What the next answers to common questions about ``sku`` will be while it is on air.

        Word for word as ``answer`` will say them, so that their sounds can be made ahead; changes
        nothing. Their id is 0: they are never aired themselves. Raises KeyError on no such SKU.
        """
        product = self._lineup.get(sku)
        if product is None:
            raise KeyError(sku)
        topics = [*COMMON, *(f"spec:{found.attribute}" for found in product.specs[:COMMON_SPECS])]
        lines = []
        for topic in (*topics, "unknown"):
            saying = self._saying(topic, Asked("product", (topic,), sku), now)
            text = self._text(saying, sku, self._turn(topic, sku), foreign=False, at=0)
            lines.append(Line(0, self._lang, text, "answer", sku, PRIORITY, facts=saying.facts))
        unique = {line.text: line for line in lines}
        return tuple(unique.values())

    def openings(self) -> tuple[Line, ...]:
        """How answers about a product begin while another is on air; word for word, id 0."""
        texts = [self._slots(product, True, 0)["lead"] for product in self._lineup.products]
        return tuple(
            Line(0, self._lang, text.strip(), "answer", priority=PRIORITY) for text in texts
        )

    def _saying(self, topic: str, asked: Asked, now: datetime) -> Saying:
        if topic in _ROOM:
            clauses = tuple(Clause(name) for name in _ROOM[topic])
            return Saying(clauses, known=topic not in _NOT_KNOWN)
        product = self._lineup.get(asked.sku) if asked.sku else None
        if product is None:
            return UNKNOWN
        chosen = tuple(v for v in product.variants if v.option in asked.options)
        asking = Asking(Evidence(product, now), self._lang, chosen)
        if topic in FIXED:
            return FIXED[topic](asking)
        return self._written(topic, product, asking)

    def _written(self, topic: str, product: Product, asking: Asking) -> Saying:
        """What the merchant wrote: an FAQ's answer, a selling point, a spec."""
        if (index := understanding.faq_index(topic)) is not None:
            pair = product.faq[index]
            return quote(asking, pair.answer, f"faq:{pair.question}")
        if (index := understanding.point_index(topic)) is not None:
            return quote(asking, product.selling_points[index], "selling_point")
        if (index := understanding.spec_index(topic, product)) is not None:
            return spec(asking, index)
        return UNKNOWN

    def _turn(self, topic: str, sku: str | None) -> int:
        start = zlib.crc32(f"{self._seed}:{topic}:{sku}".encode())
        return start + self._turns[topic, sku or ""]

    def _text(self, saying: Saying, sku: str | None, turn: int, foreign: bool, at: int) -> str:
        """The saying in words; ``foreign``: of a product that is not on air, so it is named."""
        product = self._lineup.get(sku) if sku else None
        slots = self._slots(product, foreign, at)
        spoken = []
        for place, clause in enumerate(saying.clauses):
            choice = self._wordings[clause.name]
            fill = (slots if place == 0 else self._slots(product, False, 1)) | clause.fill
            spoken.append(choice[turn % len(choice)].format(**fill).strip(" .。，,；;"))
        if self._lang == "zh":
            return "，".join(spoken) + "。"
        return " ".join(f"{text[:1].upper()}{text[1:]}." for text in spoken)

    def _slots(self, product: Product | None, foreign: bool, at: int) -> dict[str, str]:
        """``it`` as it is called here: named, "这款" at the beginning, nothing later on."""
        called = product.called if product is not None else ""
        if self._lang == "zh":
            # A clause of its own, so that its sound is there before the rest is made.
            lead = f"{called}，" if foreign else ""
            return {"it": lead or ("这款" if at == 0 else ""), "lead": lead}
        if foreign:
            plural = called.endswith("s") and not called.endswith("ss")
            verb = "are" if plural else "is"
            return {
                "it": f"the {called}",
                "it_is": f"The {called} {verb}",
                "lead": f"{called}: ",
                "owner": f"the {called}'s ",
            }
        return {"it": "it", "it_is": "It's", "lead": "", "owner": "the "}


def kept_question(answer: Answer) -> Decision | None:
    """What the ledger keeps of a question that the facts did not answer; None: they did."""
    if answer.known:
        return None
    shown = answer.line.question
    return Decision(
        "question-kept",
        f"the facts do not answer: {shown.text if shown else ''}",
        {"comment": answer.comment.id, "sku": answer.line.sku, "topic": answer.topic},
    )
