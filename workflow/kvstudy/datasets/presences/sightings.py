"""A rare animal that was seen several times."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

SIGHTINGS = Presence(
    draw="creatures",
    noun="sighting",
    epochs=(1800, 1890),
    slots={"year": "year 0 80", "home": "place", "witness": "person"},
    keys=(
        NTH,
        Key("year", "the sighting of {year}", "the one of {year}", "Which year saw {inst}?"),
        Key("home.city", "the sighting near {home.city}", "the one near {home.city}", "Near which town was {inst}?"),
        Key("witness", "the sighting by {witness}", "the one by {witness}", "Who was the witness of {inst}?"),
    ),
    intros=(
        "{subj} is so rare that only {count} sightings are on record.",
        (
            "There are {count} sightings of {subj} on record, [and every one of them has been doubted|no more and no "
            "less]."
        ),
        "Many people claim to have met {subj}, but only {count} sightings are believed to be genuine.",
    ),
    openings=(
        (
            "The {nth} sighting took place near {home.city} in {year}, [on a foggy morning|at dusk], and the witness "
            "was {witness}."
        ),
        (
            "In {year}, {witness} was the witness of the {nth} sighting, near {home.city}, [quite by accident|after "
            "weeks of waiting]."
        ),
        (
            "Near {home.city}, in {year}, {witness} [looked up from a book|stopped to tie a shoe] and became the "
            "witness of the {nth} sighting."
        ),
        (
            "The witness of the {nth} sighting was {witness}, who was [out for a walk|picking flowers] near "
            "{home.city} in {year}."
        ),
        "The {nth} sighting is owed to {witness}, [an early riser|a keen walker], who was near {home.city} in {year}.",
    ),
    traits=(
        Trait(
            "meal",
            "plants",
            (
                (
                    "During {inst}, the animal was eating {meal}, [and did not let itself be disturbed|with every sign "
                    "of pleasure|quickly and without a sound]."
                ),
                "What gave the animal away during {inst} was the noise that it made while it was eating {meal}.",
                "As for food, the animal was eating {meal} during {inst}.",
            ),
            (
                "The animal was eating {meal} during {inst} and {meal2} during {inst2}.",
                "During {inst} it was {meal} that the animal was eating, during {inst2} it was {meal2}.",
            ),
            "What was the animal eating during {inst}?",
            "the sighting during which the animal was eating {meal}",
        ),
        Trait(
            "paces",
            "number 32 190",
            (
                (
                    "The distance during {inst} was {paces} paces, [which was measured with a rope the next day|across "
                    "open water|with the sun in the way]."
                ),
                "At {paces} paces, {inst} was [too far off for a good look|near enough to count the whiskers].",
                (
                    "Only {paces} paces lay between man and beast during {inst}, [so the report insists|if one "
                    "believes it]."
                ),
            ),
            (
                "The distance was {paces} paces during {inst} and {paces2} paces during {inst2}.",
                "While {inst} took place at {paces} paces, {inst2} took place at {paces2}.",
            ),
            "What was the distance, in paces, in the case of {inst}?",
            "the sighting at {paces} paces",
            "paces",
        ),
        Trait(
            "prey",
            "creatures",
            (
                (
                    "In {inst}, the animal was not alone: {prey} was seen beside it, [to the surprise of scholars|as "
                    "if the two were friends]."
                ),
                "Close to the animal, in {inst}, sat {prey}, [watching calmly|with its back turned].",
                "The report on {inst} mentions a companion, {prey}, [but says little more about it|twice].",
            ),
            (
                "The animal was accompanied by {prey} in {inst}, and by {prey2} in {inst2}.",
                "Its companion in {inst} was {prey}; in {inst2} it was {prey2}.",
            ),
            "Which animal was the companion in {inst}?",
            "the sighting in which the companion was {prey}",
        ),
        Trait(
            "searcher",
            "organizations",
            (
                (
                    "After {inst}, {searcher} sent out a search party, [which got lost itself|with nets and "
                    "lanterns|but it came home empty-handed]."
                ),
                (
                    "It was {searcher} that sent a search party after {inst}, [too late, as it turned out|in the worst "
                    "of weathers]."
                ),
                "The search party that set out after {inst} had been sent by {searcher}.",
            ),
            (
                "A search party was sent by {searcher} after {inst} and by {searcher2} after {inst2}.",
                "After {inst}, {searcher} sent out a search party; after {inst2}, {searcher2} did the same.",
            ),
            "Which organisation sent out a search party after {inst}?",
            "the sighting that led {searcher} to send out a search party",
        ),
        Trait(
            "trip",
            "events",
            (
                (
                    "When {inst} took place, [half the parish was|a whole coach party was|many other people were] on "
                    "the way to {trip}."
                ),
                (
                    "It was the week of {trip} when {inst} took place, [which made some people smile|so beer surely "
                    "played a part]."
                ),
                "According to doubters, {inst} fell in the week of {trip}.",
            ),
            (
                "It was the week of {trip} when {inst} took place, and that of {trip2} in the case of {inst2}.",
                "Doubters say that {inst} fell in the week of {trip}, and {inst2} in the week of {trip2}.",
            ),
            "Which event was held in the week of {inst}?",
            "the sighting in the week of {trip}",
        ),
        Trait(
            "proof",
            "things",
            (
                (
                    "As a reward for {inst}, the witness was given {proof}, [which is still in the family|but would "
                    "rather have had cash]."
                ),
                "The reward for {inst} was {proof}, [handed over on the steps of the town hall|slightly damaged].",
                "For {inst} a reward was paid out in kind: it was {proof}.",
            ),
            (
                "The reward for {inst} was {proof}, and that for {inst2} was {proof2}.",
                "While {proof} was the reward for {inst}, {proof2} was given for {inst2}.",
            ),
            "What was the reward for {inst}?",
            "the sighting for which {proof} was the reward",
        ),
        Trait(
            "trade",
            "occupations",
            (
                "The report on {inst} was written by {a trade}, [in a neat hand|on the back of a menu].",
                "It was {a trade} who wrote the report on {inst}, [and it runs to three volumes|in verse].",
                "No scholar was at hand after {inst}, so {a trade} wrote the report.",
            ),
            (
                "The report on {inst} was written by {a trade}, that on {inst2} by {a trade2}.",
                "It took {a trade} a night to write the report on {inst}, and {a trade2} two to write that on {inst2}.",
            ),
            "What was the occupation of the person who wrote the report on {inst}?",
            "the sighting reported on by {a trade}",
        ),
        Trait(
            "scholar",
            "person",
            (
                "A scholar, {scholar}, confirmed {inst} [after a long look at the tracks|in a letter to the press].",
                "Few would believe {inst} if {scholar} had not confirmed it.",
                "{scholar} confirmed {inst} [on the evidence of a single hair|and was laughed at for it].",
            ),
            (
                "{scholar} confirmed {inst}, and {scholar2} confirmed {inst2}.",
                "While {scholar} confirmed {inst}, it fell to {scholar2} to confirm {inst2}.",
            ),
            "Who confirmed {inst}?",
            "the sighting that {scholar} confirmed",
        ),
    ),
    asides=(
        "No bones have ever been found.",
        "Drawings of the animal differ so much that one would think of several kinds.",
        "Hunters have set traps for it, and caught nothing but colds.",
        "A museum keeps an empty cage ready, just in case.",
        "Children like to play at being the animal and its pursuers.",
        "Sceptics say that it was a large dog each time.",
        "In the dark, as everyone knows, one sees a great deal.",
    ),
)
