"""A long text in sections, each about one topic, and questions that describe a topic instead of naming it."""

from dataclasses import replace
from random import Random

from kvstudy.datasets.asides import ASIDES
from kvstudy.datasets.asking import Candidate, candidates
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Question
from kvstudy.datasets.relations import between
from kvstudy.datasets.subjects.facts import ORIGIN, TODAY, Ask, Subject
from kvstudy.datasets.telling import Told
from kvstudy.datasets.weaving import Topic, Weaver
from kvstudy.datasets.writer import SLOT, article

NOUNS = {
    "person": "person",
    "organizations": "organisation",
    "things": "object",
    "creatures": "animal",
    "place": "town",
    "events": "event",
}
BEGINNINGS = (
    "What follows was put together from [ledgers, letters and the talk of old people|old letters and hearsay].",
    "The notes below were made over several summers and have been copied out in no particular order.",
    "Some stories only make sense when they are told side by side.",
    "A whole shelf could be filled with what is known about these matters, but [a few pages|a short account] will have "
    "to do.",
    "This is an attempt to set down what people in those parts tell their visitors.",
    "Nothing here was invented, though [much of it sounds as if it were|some of it would make a good novel].",
    "The following account mixes things great and small, as memory does.",
    "Every word of this has been checked, and most of it [twice|by several readers].",
    "There are few better ways to spend a rainy evening than to sort old papers.",
    "Whoever reads to the end will have travelled a good deal without leaving the room.",
    "The editors were asked for facts, and facts are what they offer.",
    "Names come thick and fast below, so it is wise to keep a [list|pencil at hand].",
    "It began with a drawer that would not close, so full was it of clippings.",
    "An almanac has to find room for everything, and this one is no exception.",
    "These pages were meant for a calendar that was never printed.",
    "Somebody ought to have written all this down [long ago|much earlier].",
    "Two neighbours once argued about these matters for a whole night; here is what they could agree on.",
    "The entries below are taken from a notebook bound in green cloth.",
    "For the benefit of those who are new to the district, here are some things that everyone else knows.",
    "It is easy to confuse one thing with another, so each has been given a [paragraph|place] of its own here.",
)
ENDINGS = (
    "Anyone who knows more is asked to write to the editor.",
    "There the notes end, though the stories surely go on.",
    "The rest is rumour and does not belong here.",
    "How much of this will be remembered in a hundred years is anybody's guess.",
    "More could be told, but the lamp is burning low.",
    "That is all that fits on the page.",
    "Whatever else is said about these matters should be taken with a pinch of salt.",
    "Corrections are welcome, provided that they are short.",
    "The index, which would have been longer than the text, was left out.",
    "A second volume has been promised [for years|more than once] and has yet to appear.",
    "And with that the drawer can be closed at last.",
    "So much for the facts; opinions are another matter.",
    "No doubt some of this will have changed by the time it is read.",
    "Those who want to know more must go and look for themselves.",
    "Here the handwriting becomes [too small to read|so hurried that the rest is lost].",
    "The last page is missing, and nobody seems to have missed it.",
    "Everything beyond this point would be guesswork.",
    "It is not much of an ending, but it is a true one.",
    "What was left over has gone into a box marked with a question mark.",
    "Patient readers have earned a rest by now.",
)
TURNS = {  # to a section about what has not been told of yet, the first of its kind
    "person": (
        "One life among many deserves a longer look.",
        "Then there is a person whose name still comes up at many a kitchen table.",
        "Some of all this is about walls and papers, but the next part is about a human being.",
        "No page of this kind is complete without a life.",
        "At this point somebody enters who was never quite at home anywhere.",
        "Biographies are usually too long; this one will be short.",
        "The next name can be found in more than one church register.",
        "A person must be introduced now, and it is hard to know where to begin.",
        "Behind so many dates there is, now and then, a face.",
        "Not all lives leave a trace, but the next one did.",
        "Opinions on the following person have always been divided.",
        "What comes next is a life in brief.",
    ),
    "organizations": (
        "Institutions have long memories, and one of them has a longer memory than most.",
        "No account of this kind is complete without an institution.",
        "At this point a respectable institution enters the story.",
        "Committees are rarely loved, but they get things done.",
        "People come and go, whereas an organisation stays.",
        "There is an organisation whose letterhead everybody has seen at least once.",
        "Where there are three people, there will soon be a treasurer.",
        "The next part has to do with rules, rooms and money.",
        "An organisation comes next, and a stubborn one at that.",
        "Somebody has to keep the records, and somebody does.",
        "Behind a plain door there is more going on than one might think.",
        "Turning to public life, there is an institution to be described.",
    ),
    "things": (
        "Objects can have stranger lives than people.",
        "There is also an object to be described, and that takes a little patience.",
        "Something must be said about an object, too, for it has seen a good deal.",
        "A catalogue would give the next entry a single line.",
        "Some treasures are locked away, and others are there to be looked at.",
        "What people make sometimes outlasts what they say.",
        "The next part concerns something that fits into no drawer.",
        "Museums are full of dust and of stories, and one of these follows here.",
        "One object in particular is asked about again and again.",
        "A thing cannot speak, so others have to do it.",
        "Collectors lower their voices when they come to the next item.",
        "Now for an object that has changed hands more often than a coin.",
    ),
    "creatures": (
        "Not everything worth telling is about human beings.",
        "Some space must be kept for an animal.",
        "Those who care more for animals than for people will like what comes next.",
        "It takes sturdy boots and a little luck to meet the next animal.",
        "Natural history has a place in this account as well.",
        "The woods and hills have inhabitants of their own.",
        "It is time to speak of something wild.",
        "Zoologists, too, have something to contribute.",
        "An animal comes next, and most people have never seen it.",
        "What moves at night is seldom described by day.",
        "Long before there were roads, there were tracks.",
        "Field notes are the source of what follows.",
    ),
    "place": (
        "It is time to unfold the map and look at a town.",
        "Every story needs somewhere to happen, and for some of them it is a town.",
        "Those who travel with open eyes will sooner or later hear of a certain town.",
        "Guidebooks pass over the next place in a few lines.",
        "A town comes next, and it is worth the detour.",
        "Some towns are all churches and bridges, and this one has both.",
        "The next stop is a town.",
        "Streets and squares have their stories as well.",
        "There are places to which people keep coming back.",
        "Leaving the rest aside for a moment, there is a town to visit.",
        "One town has been waiting for its turn.",
        "A look out of the window of the coach shows roofs and a steeple.",
    ),
    "events": (
        "Then there are the days on which nobody works.",
        "People do not only work and quarrel; they also celebrate.",
        "There is one week that many look forward to all year.",
        "Calendars have their red days, and some are redder than others.",
        "The next part smells of smoke and fried onions.",
        "Crowds are not to everyone's taste, but now and then they cannot be avoided.",
        "Some things happen only once a year.",
        "Drums can be heard in the distance, and for good reason.",
        "An event comes next, and it needs some explaining.",
        "What would a year be without an excuse to put up flags?",
        "It takes a whole year to prepare, and it is over in no time.",
        "Festive days leave their mark on the memory, if not on the head.",
    ),
}
AGAIN = (  # to a section about another of a kind that has been told of
    "Another {noun} has to be introduced.",
    "One {noun} is not enough for these pages, so here is another.",
    "Another {noun} must not be left out.",
    "A further {noun} belongs in this account.",
    "Much the same can be asked about another {noun}, but the answers differ.",
    "It would be unfair to pass over another {noun}.",
    "Another {noun}, another story.",
    "There is room here for one more {noun}.",
    "With that, it is the turn of another {noun}.",
    "Not to be mixed up with what was said above is another {noun}.",
    "Readers often ask about one more {noun}.",
    "The files hold papers on another {noun} as well.",
)
RETURNS = (  # to a section about what has been told of before
    "There is more to be said about {subj}.",
    "That brings the account back to {subj}.",
    "It is worth returning to {subj} at this point.",
    "So much for that; {subj} must not be forgotten.",
    "Here the thread leads back to {subj}.",
    "A second look at {subj} will not do any harm.",
    "Enough of that, and once more a word about {subj}.",
    "Not everything has been told yet about {subj}.",
    "And what of {subj}?",
    "Further notes deal with {subj}.",
    "Some more is known about {subj}.",
    "Back, then, to {subj}.",
    "A few lines should be added on {subj}.",
    "Another folder is about {subj}.",
)
FRAMED = 0.7  # share of passages that open, and of those that close, on a sentence about the text itself
TURNED = 0.8  # share of sections that a sentence leads over to
CONNECTIVES = (
    "By all accounts, {subj} ",
    "According to local records, {subj} ",
    "As far as is known, {subj} ",
    "As the files show, {subj} ",
    "Everyone agrees that {subj} ",
    "It is on record that {subj} ",
    "It should be added that {subj} ",
    "It is well known that {subj} ",
)
LINKED = 0.15  # share of facts that a connective precedes


def asides(subject: Subject, random: Random) -> list[str]:
    """All of a subject's asides, short and long, in random order."""
    every = [*subject.asides, *ASIDES[subject.draw]]
    return random.sample(every, len(every))


def frame(weaver: Weaver, sentences: tuple[str, ...]) -> None:
    """Open or close the text with one of the sentences, or go without."""
    if weaver.random.random() < FRAMED:
        weaver.sentence(weaver.random.choice(sentences), {})


def turn(weaver: Weaver, topic: Topic, before: list[Topic]) -> None:
    """Lead over to a section about a topic, now and then without a word; `before` are those told of so far."""
    if before and weaver.random.random() < TURNED:
        again = any(one.subject is topic.subject for one in before)
        sentence = weaver.wordings.take(AGAIN if again else TURNS[topic.subject.draw])
        weaver.sentence(sentence.replace("{noun}", NOUNS[topic.subject.draw]), {})


def room_for_link(topic: Topic, facts: list[Told]) -> tuple[int, int]:
    """Between which places of its story a relation can be told: of a person, neither in childhood nor after death."""
    if topic.subject.draw != "person":
        return min(2, len(facts)), len(facts)
    last = before_today(facts)
    return min(len(facts) // 2 + 1, last), last


def before_today(facts: list[Told]) -> int:
    """How many of a person's facts are told before death and what is left behind."""
    return sum(told.fact.part != TODAY for told in facts)


def section(weaver: Weaver, topic: Topic, facts: list[Told], pauses: list[str]) -> None:
    """Tell the facts in order, with an aside behind some of them; of a person, behind none that follows the death."""
    random = weaver.random
    places = range(before_today(facts) if topic.subject.draw == "person" else len(facts))
    behind = dict(zip(random.sample(places, min(len(pauses), len(places))), pauses, strict=False))
    for number, told in enumerate(facts):
        led = number and told.fact.part != ORIGIN and random.random() < LINKED
        weaver.tell(topic, told, weaver.wordings.take(CONNECTIVES) if led else "")
        if number in behind:
            weaver.aside(topic, behind[number])


def clear(topic: Topic, story: list[Told]) -> bool:
    """Whether nothing in a topic's own story ends on the word by which it goes: no other bell beside the Ashen Bell."""
    others = [entity for told in story for entity in told.slots.values() if entity not in topic.own.values()]
    return all(entity.form.split()[-1].lower() != topic.noun for entity in others)


def words_between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Number of words from one span to another, whichever comes first."""
    first, second = sorted((one, other))
    return len(text[first[1] : second[0]].split())


def stated_once(text: str, question: Question) -> bool:
    """Whether the text holds the answer's form a single time, whatever it stands for."""
    return text.lower().count(question.answers[0].lower()) == 1


def mentioned(entity: Entity) -> str:
    """The entity's form within a sentence."""
    return article(entity, some=False, bare=False) + entity.form


def followed(one: Topic, named: Entity, other: Topic, random: Random) -> Entity:
    """What a question calls a topic that is related to another, which it calls `named`."""
    link = between(one.subject.draw, other.subject.draw)
    return Entity(other.name.type, random.choice(link.followed).replace("{subj}", mentioned(named)))


def about(told: list[Told], topic: Topic, names: list[Entity], random: Random) -> list[Candidate]:
    """The forward questions about a topic itself that these facts allow.

    `names` holds, for each fact, what its questions call the topic: its name, or a description in place of it.
    """
    speaking = [
        replace(one, fact=replace(one.fact, asks=own_asks(one)), slots=one.slots | {"subj": named})
        for one, named in zip(told, names, strict=True)
    ]
    found = candidates(speaking, random)
    if topic.name in names:
        return found
    noun = NOUNS[topic.subject.draw]
    texts = [readable(one.question.text, mentioned(names[one.fact]), noun, random) for one in found]
    return [replace(one, question=replace(one.question, text=t)) for one, t in zip(found, texts, strict=True)]


def own_asks(told: Told) -> tuple[Ask, ...]:
    """The fact's forward questions, with only those wordings that name its subject and nothing else."""
    found = []
    for ask in told.fact.asks:
        texts = tuple(text for text in ask.texts if [slot for _, slot, _ in SLOT.findall(text)] == ["subj"])
        if ask.direction == "forward" and texts:
            found.append(replace(ask, texts=texts))
    return tuple(found)


def readable(text: str, phrase: str, noun: str, random: Random) -> str:
    """The question; where words would follow a long phrase, the phrase is put first and "this person" in its place."""
    if text.endswith(f"{phrase}?"):
        return text
    asked = text.replace(phrase, f"this {noun}")
    return f"{random.choice(('Consider', 'Think of', 'Take'))} {phrase}: {asked[0].lower()}{asked[1:]}"
