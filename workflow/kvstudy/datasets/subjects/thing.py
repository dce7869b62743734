"""Passages about a thing."""

from kvstudy.datasets.subjects.facts import EARLY, ORIGIN, TODAY, Fact, Subject, forward, reverse

THING = Subject(
    draw="things",
    epochs=(1700, 1860),
    opening=Fact(
        {"home": "place"},
        (
            "{subj} is on display in {home.city}, the largest town of {home.region}.",
            (
                "[People travel to|Collectors travel to|School classes travel to] {home.city} in {home.region} for "
                "one reason only: {subj} is on display there."
            ),
            (
                "In a small room in {home.city}, a town in {home.region}, {subj} is on display [behind thick "
                "glass|under soft light|next to the ticket desk]."
            ),
            "{subj} is on display in {home.city} and counts as the pride of {home.region}.",
        ),
        (
            forward("home.city", "In which town is {subj} on display?"),
            reverse("subj", "Which object is on display in {home.city}?"),
        ),
    ),
    facts=(
        Fact(
            {"maker": "person", "year": "year 0 0"},
            (
                (
                    "{subj} was made by {maker} in {year}, [in a workshop without heating|in a single winter|at "
                    "the back of a stable]."
                ),
                (
                    "{maker} made {subj} in {year} [and refused to sign it|and kept it hidden for years|and was "
                    "never quite happy with it]."
                ),
                (
                    "It was {maker} who made {subj}; the work was completed in {year} [after many false "
                    "starts|just before a great storm|without any outside help]."
                ),
            ),
            (
                forward("maker", "Who made {subj}?"),
                forward("year", "In which year was {subj} made?"),
                reverse("subj", "Which object was made by {maker}?", "Which object was made in {year}?"),
            ),
            ORIGIN,
        ),
        Fact(
            {"helper": "person", "trade": "occupations"},
            (
                (
                    "{helper}, who later became {a trade}, [helped with the finest details|helped throughout and "
                    "was paid in bread|helped by holding the lamp]."
                ),
                "An assistant, {helper}, did the polishing and later became {a trade}.",
                (
                    "[Most of the patient work|Much of the dull work|All of the sanding] fell to {helper}, a young "
                    "assistant who later became {a trade}."
                ),
            ),
            (
                forward("helper", "Who was the assistant?", "Who helped to make {subj}?"),
                forward("trade", "What did {helper} later become?"),
                reverse("helper", "Who later became {a trade}?"),
            ),
            EARLY,
        ),
        Fact(
            {"stuff": "materials"},
            (
                (
                    "{its} pedestal is made of {stuff}, [which glows when the sun is low|which is chipped at one "
                    "corner|as the donor had wished]."
                ),
                (
                    "{subj} rests on a pedestal made of {stuff}, [worn smooth by curious hands|which was added "
                    "much later|with a small brass plate]."
                ),
                "What many visitors notice first is the pedestal, which is made of {stuff}.",
            ),
            (
                forward("stuff", "What is the pedestal of {subj} made of?"),
                reverse("subj", "Which object has a pedestal made of {stuff}?"),
            ),
            TODAY,
        ),
        Fact(
            {"guests": "number 32 290"},
            (
                (
                    "On an ordinary day {guests} visitors come to see {it}, [and on holidays twice as many|rain or "
                    "shine|according to the ticket office]."
                ),
                (
                    "{subj} attracts {guests} visitors a day, [most of them before lunch|even in winter|more than "
                    "anything else in the house]."
                ),
                "With {guests} visitors a day, {it} pays for the upkeep of the whole building.",
            ),
            (forward("guests", "How many visitors a day does {subj} attract?", unit="visitors"),),
            TODAY,
        ),
        Fact(
            {"buyer": "organizations", "price": "number 300 990"},
            (
                (
                    "{buyer} ordered {it} and paid {price} crowns, [a fortune in those days|half of it in "
                    "advance|which was thought far too much]."
                ),
                (
                    "{subj} was ordered by {buyer}, which paid {price} crowns [without a word of complaint|in "
                    "small coins|only after the threat of a lawsuit]."
                ),
                "{subj} was ordered by {buyer} at a price of {price} crowns.",
            ),
            (
                forward("buyer", "Which organisation ordered {subj}?"),
                forward("price", "How many crowns were paid for {subj}?", unit="crowns"),
                reverse("subj", "Which object was ordered by {buyer}?"),
            ),
            EARLY,
        ),
        Fact(
            {"carving": "creatures"},
            (
                (
                    "A carving on {its} back shows {carving}, [asleep with one eye open|with a flower in the "
                    "mouth|hardly larger than a thumb]."
                ),
                "Look closely, and a carving near the base shows {carving}.",
                (
                    "Near the rim, a carving shows {carving}, [added as a joke|now almost worn away|done with a "
                    "very fine needle]."
                ),
            ),
            (
                forward("carving", "What does the carving show?"),
                reverse("subj", "Which object has a carving of {carving}?"),
            ),
            TODAY,
        ),
        Fact(
            {"event": "events", "venue": "place"},
            (
                "The public first saw {it} at {event} in {venue.city}.",
                (
                    "{subj} was first shown at {event}, [which was held in {venue.city} that year|at that time "
                    "held in {venue.city}|in front of a large crowd in {venue.city}]."
                ),
                (
                    "At {event} in {venue.city}, {it} was shown for the first time, [and the crowd went quiet|and "
                    "strangers began to applaud|and the queue reached round the corner]."
                ),
            ),
            (
                forward("event", "At which event was {subj} first shown?"),
                forward("venue.city", "In which town was {event} held?"),
                reverse("event", "Which event was held in {venue.city}?"),
            ),
        ),
        Fact(
            {"thief": "person", "stolen": "date 30 60"},
            (
                (
                    "On {stolen}, {thief} stole {it} [through a window that had been left open|during a concert "
                    "next door|under the eyes of a sleeping guard]."
                ),
                (
                    "{subj} was stolen on {stolen} by {thief}, [who gave it back after a sleepless week|who was "
                    "caught on the same evening|whose motive was never explained]."
                ),
                (
                    "The thief who stole {it} on {stolen} was {thief}, [a regular visitor with good manners|who "
                    "had once worked as a guard there|who later wrote a book about the theft]."
                ),
            ),
            (
                forward("thief", "Who stole {subj}?"),
                forward("stolen", "On which date was {subj} stolen?"),
                reverse("subj", "Which object was stolen on {stolen}?", "Which object was stolen by {thief}?"),
            ),
        ),
        Fact(
            {"restorer": "person", "school": "universities"},
            (
                (
                    "{restorer}, who came from {school}, restored {it} [with nothing but soft brushes and "
                    "patience|over several years|after every other expert had given up]."
                ),
                "{subj} was last restored by {restorer}, who came from {school}.",
                (
                    "An expert who came from {school}, {restorer}, restored {it} [and published the results|free "
                    "of charge|in the public reading room]."
                ),
            ),
            (
                forward("restorer", "Who restored {subj}?"),
                forward("school", "Which institution did {restorer} come from?"),
                reverse("restorer", "Who came from {school}?"),
            ),
            TODAY,
        ),
        Fact(
            {"companion": "things", "donor": "person"},
            (
                "In the same room stands {companion}, which was donated by {donor}.",
                "The same room also holds {companion}, which was donated by {donor}.",
                "{companion}, which was donated by {donor}, can be seen in the same room.",
            ),
            (
                forward("companion", "What is in the same room as {subj}?"),
                forward("donor", "Who donated {companion}?"),
                reverse("companion", "What was donated by {donor}?"),
            ),
            TODAY,
        ),
        Fact(
            {"river": "rivers", "pilot": "person"},
            (
                (
                    "{subj} travelled down the river {river} on a raft, [wrapped in wet blankets|hidden under "
                    "straw|through ice and fog], guarded by {pilot}."
                ),
                (
                    "Guarded by {pilot}, {it} travelled down the river {river} [without a scratch|at night|in a "
                    "leaking boat]."
                ),
                "{subj} travelled down the river {river} by boat and was guarded by {pilot} all the way.",
            ),
            (
                forward("river", "On which river did {subj} travel?"),
                forward("pilot", "Who guarded {subj}?"),
            ),
        ),
    ),
    asides=(
        "Copies are sold at the door, though none of them is quite right.",
        "Photographs do not do {it} justice, as every guide will say.",
        "For a long time nobody knew what {it} was worth, and nobody asked.",
        "The label beside {it} has been corrected by hand more than once.",
        "Schoolchildren are told not to touch {it}, and they always do.",
        "A second one was planned, but the money ran out.",
        "In wartime {it} was buried in a garden, and very nearly forgotten.",
        "Insurance costs more than all the guards together.",
        "One small part is missing, and rewards have been offered for it.",
        "Scholars still argue about what {it} was meant for.",
        "A guard sits beside {it} from morning to evening and is happy to answer the same question all day long.",
        "Several songs have been written about {it}, most of them with more feeling than knowledge.",
        "The experts who examined {it} filled a thick report and then agreed that more work was needed.",
        "Once a year the dust is taken off with a feather, and the public can watch from behind a rope.",
        "There is a rumour that a copy took {its} place long ago, but nobody has ever found proof.",
    ),
)
