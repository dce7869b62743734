"""A person who went on several journeys."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

JOURNEYS = Presence(
    draw="person",
    noun="journey",
    epochs=(1780, 1890),
    slots={"year": "year 0 32", "home": "place", "payer": "organizations"},
    keys=(
        NTH,
        Key("year", "the journey of {year}", "the one of {year}", "What was the year of {inst}?"),
        Key("home.city", "the journey to {home.city}", "the one to {home.city}", "Which town was the goal of {inst}?"),
        Key(
            "payer",
            "the journey paid for by {payer}",
            "the one paid for by {payer}",
            "Which organisation paid for {inst}?",
        ),
    ),
    intros=(
        "{subj} went on {count} long journeys, [and talked about them ever after|and came home thinner each time].",
        "The diaries of {subj} tell of {count} journeys, each of them [stranger than the last|begun with high hopes].",
        "In the course of a restless life, {subj} set out on {count} great journeys.",
    ),
    openings=(
        (
            "The {nth} journey, in {year}, led to {home.city} and was paid for by {payer}, [down to the last "
            "bootlace|with a sigh]."
        ),
        (
            "In {year}, {payer} paid for the {nth} journey, which led to {home.city} [by way of the mountains|in a "
            "mail coach]."
        ),
        "{home.city} was the goal of the {nth} journey, for which {payer} paid in {year}.",
        (
            "With money from {payer}, which paid for it all, {subj} set out for {home.city} in {year}; this was the "
            "{nth} journey."
        ),
        "The {nth} journey led to {home.city}; it took place in {year} and was paid for by {payer}.",
    ),
    traits=(
        Trait(
            "mate",
            "person",
            (
                (
                    "The companion on {inst} was {mate}, [who snored|who could mend anything|who spoke eleven "
                    "languages badly]."
                ),
                "On {inst}, {subj} was accompanied by {mate}, [a quiet soul|and the two came home as enemies].",
                "A friend, {mate}, came along on {inst} as a companion.",
            ),
            (
                "The companion on {inst} was {mate}, that on {inst2} was {mate2}.",
                "While {mate} was the companion on {inst}, {mate2} came along on {inst2}.",
            ),
            "Who was the companion on {inst}?",
            "the journey on which {mate} was the companion",
        ),
        Trait(
            "find",
            "things",
            (
                "From {inst}, {subj} brought back {find}, [hidden in a sack of flour|without declaring it at customs].",
                "The finest souvenir of {inst} was {find}, [bought in a back street|for which a horse had to be sold].",
                "What {subj} brought back from {inst} was {find}, [and a cough|nothing more].",
            ),
            (
                "From {inst}, {subj} brought back {find}, from {inst2}, {find2}.",
                "The souvenir of {inst} was {find}; that of {inst2} was {find2}.",
            ),
            "What was brought back from {inst}?",
            "the journey from which {find} was brought back",
        ),
        Trait(
            "beast",
            "creatures",
            (
                (
                    "On {inst}, {subj} was chased by {beast}, [and escaped up a tree|and lost a hat|and laughed about "
                    "it later]."
                ),
                "The worst moment of {inst} came when {beast} chased {him}.",
                "On the whole, {inst} was peaceful, but once {beast} chased {him} for a mile.",
            ),
            (
                "It was {beast} that chased {him} on {inst}, and {beast2} on {inst2}.",
                "While {beast} gave chase on {inst}, it was {beast2} that did so on {inst2}.",
            ),
            "Which animal gave chase on {inst}?",
            "the journey on which {beast} gave chase",
        ),
        Trait(
            "days",
            "number 32 290",
            (
                "All in all, {inst} lasted {days} days, [most of them spent waiting|and not one of them was dry].",
                "It took {days} days to complete {inst}, [a month more than planned|resting on Sundays].",
                "After {days} days, {inst} came to an end.",
            ),
            (
                "All in all, {inst} lasted {days} days; {inst2} took {days2}.",
                "It took {days} days to complete {inst} and {days2} to complete {inst2}.",
            ),
            "How many days were needed for {inst}?",
            "the journey that lasted {days} days",
            "days",
        ),
        Trait(
            "party",
            "events",
            (
                "On {inst}, {subj} joined in {party}, [in a borrowed costume|and won a ham].",
                "A high point of {inst} was {party}, in which {subj} joined [against all advice|with delight].",
                "Chance would have it that on {inst} {subj} could join in {party}.",
            ),
            (
                "On {inst}, {subj} joined in {party}, on {inst2}, in {party2}.",
                "A high point of {inst} was {party}, and one of {inst2} was {party2}.",
            ),
            "Which event was a high point of {inst}?",
            "the journey of which {party} was a high point",
        ),
        Trait(
            "ration",
            "foods",
            (
                "On {inst} there was little to eat but {ration}, [day in, day out|which had begun to smell].",
                "For most of {inst}, {subj} lived on {ration}, [and grew fond of the taste|out of a tin box].",
                "Provisions for {inst} consisted of {ration}, [carried by a mule|and not much of it].",
            ),
            (
                "The provisions consisted of {ration} on {inst} and of {ration2} on {inst2}.",
                "On {inst}, {subj} lived on {ration}, on {inst2}, on {ration2}.",
            ),
            "What were the provisions on {inst}?",
            "the journey with provisions of {ration}",
        ),
        Trait(
            "river",
            "rivers",
            (
                "On {inst}, the river {river} had to be crossed, [swollen with rain|on a raft of barrels].",
                "The hardest part of {inst} was to cross the river {river}, [where the luggage got wet|at night].",
                "There was no way around the river {river}, so it had to be crossed on {inst}.",
            ),
            (
                "The river {river} had to be crossed on {inst}, and the river {river2} on {inst2}.",
                "On {inst}, the river {river} lay in the way and had to be crossed, on {inst2}, the river {river2}.",
            ),
            "Which river had to be crossed on {inst}?",
            "the journey on which the river {river} had to be crossed",
        ),
        Trait(
            "guide",
            "occupations",
            (
                "The guide on {inst} was {a guide} [without any sense of direction|who charged by the mile].",
                "On {inst}, {a guide} acted as a guide, [for a fee in tobacco|and lost the way only once].",
                "For want of a real one, {a guide} was hired as a guide on {inst}.",
            ),
            (
                "The guide on {inst} was {a guide}, and that on {inst2} was {a guide2}.",
                "On {inst}, {a guide} acted as a guide, on {inst2}, {a guide2}.",
            ),
            "What was the occupation of the guide on {inst}?",
            "the journey on which {a guide} was the guide",
        ),
    ),
    asides=(
        "The diaries were later bound in red leather.",
        "Letters home were short and always about the weather.",
        "Nothing was ever packed until the last evening.",
        "The same pair of boots was worn each time.",
        "Neighbours looked after the plants, with mixed success.",
        "Half of the stories are surely invented, but it is hard to say which half.",
        "A globe with pins in it still stands in the study.",
    ),
)
