"""The card's tables and texts, in the form in which all tables of a report are drawn."""

from kvstudy.cards.contents import LENGTHS, numbers
from kvstudy.cards.system_prompts.card import PromptsCard
from kvstudy.contracts.instruction_classes import FAMILIES, family
from kvstudy.tables.document import Column, Document, Group, Row

DOC = "System prompts with verifiable instructions, and what is requested under them."
PARTS = {
    "content": "Whole system prompt",
    "directive": "Directive: preamble and instructions",
    "defence": "Defence",
    "whitelist": "Phrase of the whitelist",
    "instruction": "Instruction",
}
HOW_TO_READ = (
    "A marked text is the instruction of that number in the list below it, or is kept by the whitelist, which then is "
    "the last number."
)


def about(card: PromptsCard) -> str:
    """What the dataset is, and how much there is of it."""
    rows, instructions = sum(card.rows.values()), sum(map(sum, card.classes.values()))
    one = card.rows.get("1", 0)
    size = (
        f"{rows} rows with {instructions} instructions, {one} rows with a single one and {rows - one} with several: "
        f"{sum(card.layouts.values())} system prompts, {sum(card.requests.values())} requests."
    )
    if card.unplaced:
        size += f" {card.unplaced} rows do not tell where their instructions stand."
    return f"{DOC} {size}"


def counts(card: PromptsCard) -> Document:
    """How many rows have how many instructions, and what they are made into."""
    groups = {
        "Rows by number of instructions": card.rows,
        "System prompts by layout": card.layouts,
        "Requests": card.requests,
    }
    columns = (Column(""), Column("Number", number=True), Column("Share", number=True))
    return Document("Rows, system prompts and requests", columns, tuple(_group(*group) for group in groups.items()))


def _group(title: str, found: dict[str, int]) -> Group:
    total = sum(found.values())
    return Group(title, tuple(Row((label, str(n), f"{100 * n / total:.1f} %")) for label, n in found.items()))


def classes(card: PromptsCard) -> Document:
    """How many instructions there are of each class, by family."""
    groups = []
    for name in FAMILIES:
        rows = {one.partition(":")[2]: both for one, both in card.classes.items() if family(one) == name}
        total = tuple(map(sum, zip(*rows.values(), strict=True)))
        if rows:
            lines = [Row((label, *map(str, (*both, sum(both))))) for label, both in {**rows, "all": total}.items()]
            groups.append(Group(name, tuple(lines)))
    columns = (Column("Class"), *(Column(name, number=True) for name in ("alone in a row", "with others", "all")))
    return Document("Instructions by family and class", columns, tuple(groups))


def lengths(card: PromptsCard) -> Document:
    """How long system prompts and their spans are."""
    groups = tuple(
        Group(PARTS[part], tuple(Row((unit, *numbers(found))) for unit, found in of.items()))
        for part, of in card.lengths.items()
    )
    return Document("Length of system prompts and of what stands in them", LENGTHS, groups)


def wording(card: PromptsCard) -> dict[str, dict[str, str]]:
    """Title -> label -> text of what many system prompts have in common; empty ones are left out."""
    texts = {"Defences by layout": card.defences, "Attacks by kind": card.attacks}
    return {title: found for title, found in texts.items() if found}


def marked(prompt: dict) -> list[dict]:
    """What is marked in a sample, in the form of questions with evidence: each instruction, then the whitelist."""
    placed = [[span] for span in prompt["instructions"]] or [[] for _ in prompt["instruction_ids"]]
    return [{"evidence": spans, "bridge": []} for spans in (*placed, prompt["whitelist"])]


def items(prompt: dict) -> list[str]:
    """What the numbers of a sample stand for."""
    places = list(prompt["positions"]) or [""] * len(prompt["instruction_ids"])
    told = ["" if kwargs == "{}" else kwargs for kwargs in prompt["kwargs"]]
    found = [", ".join(filter(None, each)) for each in zip(prompt["instruction_ids"], places, told, strict=True)]
    return found + (["kept by the whitelist"] if len(prompt["whitelist"]) else [])


def asked(requests: list[dict]) -> str:
    """The task under a system prompt, and the kinds of attack."""
    task = "".join(request["question"] for request in requests if not request["attack"])
    kinds = [request["attack"] for request in requests if request["attack"]]
    return f"Task: {task}" + (f" Attacks: {', '.join(kinds)}." if kinds else "")
