"""An event that was held several times."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

EDITIONS = Presence(
    draw="events",
    noun="",
    epochs=(1800, 1880),
    slots={"year": "year 0 70", "home": "place", "host": "organizations"},
    keys=(
        NTH,
        Key("year", "the {noun} of {year}", "the one of {year}", "What was the year of {inst}?"),
        Key("home.city", "the {noun} in {home.city}", "the one in {home.city}", "Which town was the scene of {inst}?"),
        Key("host", "the {noun} organised by {host}", "the one organised by {host}", "Which organisation held {inst}?"),
    ),
    intros=(
        "{subj} has been held only {count} times, and people still argue about which {noun} was the best.",
        (
            "So far there have been {count} editions of {subj}, [and no two of them were alike|each with stories of "
            "its own]."
        ),
        "{subj} has no home of its own: all of its {count} editions took place somewhere else.",
    ),
    openings=(
        (
            "The {nth} {noun} was held in {home.city} in {year}, organised by {host} [on a very small budget|with "
            "great care]."
        ),
        (
            "In {year}, {host} brought the {nth} {noun} to {home.city}, [where it rained from start to finish|of all "
            "places]."
        ),
        (
            "{home.city} was the scene of the {nth} {noun}, which {host} organised in {year} [at short notice|against "
            "much advice]."
        ),
        (
            "For the {nth} {noun}, in {year}, the organiser, {host}, chose {home.city} [because of its wide meadows|by "
            "lot]."
        ),
        (
            "It was {host} that organised the {nth} {noun}, which was held in {home.city} in {year}, [as a gift to the "
            "town|during a heat wave]."
        ),
    ),
    traits=(
        Trait(
            "guest",
            "person",
            (
                (
                    "The guest of honour at {inst} was {guest}, [who fell asleep during the speeches|who came with "
                    "nine trunks|who stayed for an extra week]."
                ),
                (
                    "{guest} was the guest of honour at {inst} [and danced until morning|and never forgot the "
                    "welcome|despite a sprained ankle]."
                ),
                "At {inst}, a carriage decked with ribbons was sent for the guest of honour, {guest}.",
            ),
            (
                "The guest of honour was {guest} at {inst} and {guest2} at {inst2}.",
                (
                    "While {guest} was the guest of honour at {inst}, [people flocked to hear|the crowd cheered for] "
                    "{guest2} at {inst2}."
                ),
            ),
            "Who was the guest of honour at {inst}?",
            "the {noun} at which {guest} was the guest of honour",
        ),
        Trait(
            "prize",
            "things",
            (
                (
                    "The winner at {inst} took home {prize}, [which was far too large for an ordinary parlour|and sold "
                    "it within the month|wrapped in a blanket]."
                ),
                (
                    "At {inst}, the prize was {prize}, [lent by a collector who wanted it back|guarded day and "
                    "night|to the envy of all who lost]."
                ),
                (
                    "{prize} was the prize at {inst}, [and the jury needed hours to award it|though some would have "
                    "preferred cash]."
                ),
            ),
            (
                "The prize at {inst} was {prize}; at {inst2} it was {prize2}.",
                "The winner at {inst} received {prize}, whereas the winner at {inst2} was given {prize2}.",
            ),
            "What was the prize at {inst}?",
            "the {noun} whose winner received {prize}",
        ),
        Trait(
            "mascot",
            "creatures",
            (
                (
                    "The posters for {inst} showed {mascot}, [drawn from memory|with a paper hat on its head|in three "
                    "colours]."
                ),
                (
                    "For the posters of {inst}, the printers had chosen {mascot}, [by a show of hands|and children "
                    "tore them down to keep them]."
                ),
                "Everyone remembers the posters for {inst}, on which {mascot} could be seen.",
            ),
            (
                "The posters showed {mascot} for {inst} and {mascot2} for {inst2}.",
                "On the posters for {inst} one could see {mascot}, on those for {inst2}, {mascot2}.",
            ),
            "Which animal was on the posters for {inst}?",
            "the {noun} whose posters showed {mascot}",
        ),
        Trait(
            "visitors",
            "number 200 990",
            (
                (
                    "The gatekeepers counted {visitors} visitors at {inst}, [not including babies|by dropping peas "
                    "into a jar|before they lost count]."
                ),
                ("Only {visitors} visitors came to {inst}, [as the ferry was out of order|but they were very loud]."),
                (
                    "According to the cash book, {inst} drew {visitors} visitors, [a few more than there were "
                    "chairs|most of them on foot]."
                ),
            ),
            (
                "There were {visitors} visitors at {inst} but {visitors2} at {inst2}.",
                "While {inst} drew {visitors} visitors, {inst2} had {visitors2}.",
            ),
            "How many visitors came to {inst}?",
            "the {noun} that drew {visitors} visitors",
            "visitors",
        ),
        Trait(
            "dish",
            "foods",
            (
                (
                    "Everybody who came to {inst} was treated to {dish}, [until the kitchens gave out|whether they "
                    "were hungry or not|free of charge]."
                ),
                (
                    "At {inst} the cooks served {dish}, [and the smell hung in the air for days|from copper pans as "
                    "wide as cartwheels]."
                ),
                "Those who were at {inst} still talk about the {dish} that the cooks served on the last evening.",
            ),
            (
                "The cooks served {dish} at {inst} and {dish2} at {inst2}.",
                "Nobody went hungry: the cooks at {inst} served {dish}, and those at {inst2} served {dish2}.",
            ),
            "What did the cooks serve at {inst}?",
            "the {noun} at which the cooks served {dish}",
        ),
        Trait(
            "clash",
            "events",
            (
                "Some guests missed {inst}, because {clash} took place in the same week.",
                (
                    "By bad luck, {inst} fell in the same week as {clash}, [and every hotel room was taken twice|which "
                    "caused much confusion at the inns]."
                ),
                "As {clash} had been set for the same week, {inst} had to share its musicians.",
            ),
            (
                "As it happened, {inst} fell in the same week as {clash}, and {inst2} in that of {clash2}.",
                (
                    "Two clashes of dates were never forgiven: that of {inst} with {clash}, and that of {inst2} with "
                    "{clash2}."
                ),
            ),
            "Which event took place in the same week as {inst}?",
            "the {noun} in the same week as {clash}",
        ),
        Trait(
            "lender",
            "organizations",
            (
                (
                    "All the tents for {inst} were lent by {lender}, [with the name painted on every flap|some of them "
                    "patched|at a moderate price]."
                ),
                (
                    "It was {lender} that lent the tents for {inst}, [which leaked here and there|and wanted them back "
                    "dry]."
                ),
                "When a storm tore the tents for {inst}, their owner, {lender}, [sent no bill|was not amused].",
            ),
            (
                "The tents came from {lender} for {inst} and from {lender2} for {inst2}.",
                "Whereas {lender} lent the tents for {inst}, those for {inst2} came from {lender2}.",
            ),
            "Which organisation lent the tents for {inst}?",
            "the {noun} with tents lent by {lender}",
        ),
        Trait(
            "stage",
            "materials",
            (
                "A stage of {stage} was built for {inst}, [and it stood for years|large enough for a choir].",
                (
                    "The stage at {inst} was made of {stage}, [which creaked under the dancers|at great expense|and it "
                    "shone in the sun]."
                ),
                "For {inst}, a local firm put up a stage made of {stage}.",
            ),
            (
                "The stage was made of {stage} at {inst} and of {stage2} at {inst2}.",
                "For {inst} a stage of {stage} was built, for {inst2} one of {stage2}.",
            ),
            "Which material was used for the stage at {inst}?",
            "the {noun} with a stage made of {stage}",
        ),
    ),
    asides=(
        "Prints from those days show a sea of straw hats.",
        "The bill for broken glasses was always the longest.",
        "Old hands can tell the editions apart by the smell of the programmes.",
        "Between two editions, the flags were kept in somebody's loft.",
        "Tickets are still found in the pockets of old coats.",
        "Each time there was talk of stopping for good, and each time nothing came of it.",
        "Nobody ever managed to see them all.",
    ),
)
