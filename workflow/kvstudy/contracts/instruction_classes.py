"""The closed lists of the instructions experiment. Plain Python, so that reading a config needs nothing else."""

RELATIONS = ("less than", "at least")
LANGUAGES = (  # ISO 639-1, those that the language checker knows
    *("ar", "bg", "bn", "de", "en", "es", "fa", "fi", "fr", "gu", "he", "hi", "it", "ja", "kn"),
    *("ko", "ml", "mr", "ne", "pa", "pl", "pt", "ru", "sw", "ta", "te", "th", "uk", "ur", "vi"),
)
COUNT, RELATION, LETTER, LANGUAGE = "count", "relation", "letter", "language"
TEXT, PATTERN, PATTERNS = "text", "pattern", "patterns"  # a pattern is searched for as a regular expression

INSTRUCTIONS = {  # IFEval's 25 classes (arXiv 2311.07911, Table 1) -> what each is told, and of what kind that is
    "change_case:capital_word_frequency": {"capital_frequency": COUNT, "capital_relation": RELATION},
    "change_case:english_capital": {},
    "change_case:english_lowercase": {},
    "combination:repeat_prompt": {"prompt_to_repeat": TEXT},
    "combination:two_responses": {},
    "detectable_content:number_placeholders": {"num_placeholders": COUNT},
    "detectable_content:postscript": {"postscript_marker": PATTERN},
    "detectable_format:constrained_response": {},
    "detectable_format:json_format": {},
    "detectable_format:multiple_sections": {"section_spliter": PATTERN, "num_sections": COUNT},
    "detectable_format:number_bullet_lists": {"num_bullets": COUNT},
    "detectable_format:number_highlighted_sections": {"num_highlights": COUNT},
    "detectable_format:title": {},
    "keywords:existence": {"keywords": PATTERNS},
    "keywords:forbidden_words": {"forbidden_words": PATTERNS},
    "keywords:frequency": {"keyword": PATTERN, "frequency": COUNT, "relation": RELATION},
    "keywords:letter_frequency": {"letter": LETTER, "let_frequency": COUNT, "let_relation": RELATION},
    "language:response_language": {"language": LANGUAGE},
    "length_constraints:nth_paragraph_first_word": {
        "num_paragraphs": COUNT,
        "nth_paragraph": COUNT,
        "first_word": TEXT,
    },
    "length_constraints:number_paragraphs": {"num_paragraphs": COUNT},
    "length_constraints:number_sentences": {"num_sentences": COUNT, "relation": RELATION},
    "length_constraints:number_words": {"num_words": COUNT, "relation": RELATION},
    "punctuation:no_comma": {},
    "startend:end_checker": {"end_phrase": TEXT},
    "startend:quotation": {},
}
FAMILIES = tuple(dict.fromkeys(name.partition(":")[0] for name in INSTRUCTIONS))

LAYOUTS = ("no_defence", "defence_first", "directive_first", "short_defence")  # what a system message consists of
POSITIONS = ("only", "first", "middle", "last")  # where an instruction stands among those of its system message
TASK, ATTACK = "task", "attack"
REQUESTS = (TASK, ATTACK)


def family(instruction: str) -> str:
    """The family of an instruction class: what stands before the colon."""
    return instruction.partition(":")[0]
