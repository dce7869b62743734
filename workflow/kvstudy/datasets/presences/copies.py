"""Several objects that bear the same name."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

COPIES = Presence(
    draw="things",
    noun="",
    epochs=(1700, 1840),
    slots={"year": "year 0 90", "home": "place", "owner": "organizations"},
    keys=(
        NTH,
        Key("year", "the {noun} of {year}", "the one of {year}", "Which year saw the completion of {inst}?"),
        Key("home.city", "the {noun} in {home.city}", "the one in {home.city}", "In which town is {inst}?"),
        Key("owner", "the {noun} owned by {owner}", "the one owned by {owner}", "Which organisation owns {inst}?"),
    ),
    intros=(
        "The name of {subj} is shared by {count} objects, which even experts mix up.",
        "Whoever asks for {subj} will be asked in return which {noun} is meant, for there are {count}.",
        (
            "Strictly speaking, {subj} is not one {noun} but {count}, [all of them alike at first sight|made at "
            "different times]."
        ),
    ),
    openings=(
        "The {nth} {noun}, completed in {year}, is in {home.city} and is owned by {owner}.",
        (
            "In {home.city}, {owner} owns the {nth} {noun}, which was completed in {year} [after many delays|in great "
            "haste]."
        ),
        "The {nth} {noun} was completed in {year}; today {owner} owns it and shows it in {home.city}.",
        "The year {year} saw the {nth} {noun} completed, which is in {home.city} and is owned by {owner}.",
        "Completed in {year}, the {nth} {noun} is owned by {owner} and can be visited in {home.city}.",
    ),
    traits=(
        Trait(
            "maker",
            "person",
            (
                (
                    "The maker of {inst} was {maker}, [who worked by candlelight|who never made another|who asked for "
                    "no payment but firewood]."
                ),
                "{maker} made {inst} [in a cellar without windows|with the help of two sons|from memory alone].",
                "It took {maker} several years to make {inst}.",
            ),
            (
                "The maker of {inst} was {maker}, and that of {inst2} was {maker2}.",
                "{maker} made {inst}, while {inst2} was the work of {maker2}.",
            ),
            "Who made {inst}?",
            "the {noun} made by {maker}",
        ),
        Trait(
            "foot",
            "materials",
            (
                (
                    "The foot of {inst} is made of {foot}, [worn smooth by many hands|which was not part of the "
                    "plan|with a crack along one side]."
                ),
                "One can tell {inst} by its foot, which is made of {foot}.",
                "What sets {inst} apart is a foot of {foot}, [added to keep out worms|heavier than all the rest].",
            ),
            (
                "The foot of {inst} is made of {foot}, that of {inst2} of {foot2}.",
                "A foot of {foot} belongs to {inst}, one of {foot2} to {inst2}.",
            ),
            "Which material was used for the foot of {inst}?",
            "the {noun} with a foot of {foot}",
        ),
        Trait(
            "figure",
            "creatures",
            (
                (
                    "Engraved on {inst} is {figure}, [with its mouth wide open|in a wreath of leaves|no larger than a "
                    "coin]."
                ),
                "The engraving on {inst} shows {figure}, [asleep|chasing its own tail|in profile].",
                "With a lens one can see {figure} engraved on {inst}.",
            ),
            (
                "Engraved on {inst} is {figure}, and on {inst2}, {figure2}.",
                "The engraving shows {figure} on {inst} but {figure2} on {inst2}.",
            ),
            "Which animal is engraved on {inst}?",
            "the {noun} on which {figure} is engraved",
        ),
        Trait(
            "price",
            "number 200 990",
            (
                (
                    "The price of {inst} was {price} crowns, [paid in silver|which caused a scandal|as a receipt in "
                    "the archives shows]."
                ),
                (
                    "A sum of {price} crowns was paid for {inst}, [though it had been expected to cost half as "
                    "much|after long haggling]."
                ),
                "At {price} crowns, {inst} was no bargain.",
            ),
            (
                "The price of {inst} was {price} crowns, and that of {inst2} was {price2} crowns.",
                "It cost {price} crowns to buy {inst} and {price2} crowns to buy {inst2}.",
            ),
            "How many crowns were paid for {inst}?",
            "the {noun} that cost {price} crowns",
            "crowns",
        ),
        Trait(
            "show",
            "events",
            (
                (
                    "People first saw {inst} at {show}, [where it was knocked over by a goat|under a canopy of blue "
                    "silk|in the pouring rain]."
                ),
                "The public debut of {inst} took place at {show}, [late at night|before an invited audience].",
                "At {show}, {inst} made its debut, [to polite applause|with a brass band playing].",
            ),
            (
                "The public debut of {inst} took place at {show}, that of {inst2} at {show2}.",
                "It was at {show} that {inst} made its debut, and {inst2} did so at {show2}.",
            ),
            "Which event saw the debut of {inst}?",
            "the {noun} that made its debut at {show}",
        ),
        Trait(
            "thief",
            "occupations",
            (
                (
                    "A thief who worked as {a thief} once stole {inst}, [and brought it back with an apology|and was "
                    "caught at the border]."
                ),
                (
                    "For a few weeks {inst} was missing; it had been stolen by {a thief}, [of all people|who only "
                    "wanted to look at it in peace]."
                ),
                "Only one theft is on record for {inst}, and the thief was {a thief}.",
            ),
            (
                "Thieves have taken an interest, too: {a thief} stole {inst}, and {a thief2} stole {inst2}.",
                "The thief who once carried off {inst} was {a thief}, whereas {inst2} was stolen by {a thief2}.",
            ),
            "What was the occupation of the person who stole {inst}?",
            "the {noun} that was stolen by {a thief}",
        ),
        Trait(
            "mate",
            "things",
            (
                (
                    "In the same room as {inst} stands {mate}, [which most visitors prefer|in the shade|though the two "
                    "have nothing in common]."
                ),
                (
                    "Right beside {inst} stands {mate}, [so close that the two nearly touch|on the wrong side, as "
                    "purists say]."
                ),
                "Whoever visits {inst} will also see {mate}, which stands beside it.",
            ),
            (
                "Beside {inst} stands {mate}, and beside {inst2}, {mate2}.",
                (
                    "Visitors also get to see {mate}, which stands beside {inst}, and {mate2}, which stands beside "
                    "{inst2}."
                ),
            ),
            "What stands beside {inst}?",
            "the {noun} beside which {mate} stands",
        ),
        Trait(
            "donor",
            "person",
            (
                (
                    "The repair of {inst} was paid for by {donor}, [who wished to remain unnamed|after a fire in the "
                    "next room]."
                ),
                "When {inst} needed repair, {donor} paid for it, [without being asked|out of love for old things].",
                "Had it not been for {donor}, who paid for the repair, {inst} would be in pieces.",
            ),
            (
                "The repair of {inst} was paid for by {donor}, and that of {inst2} by {donor2}.",
                "When repairs were needed, {donor} paid for those of {inst}, and {donor2} for those of {inst2}.",
            ),
            "Who paid for the repair of {inst}?",
            "the {noun} repaired at the expense of {donor}",
        ),
    ),
    asides=(
        "Catalogues have confused them more than once.",
        "They have never all been shown side by side.",
        "A forgery turned up some years ago, but it was far too well made.",
        "None of them is complete in every detail.",
        "Postcards usually show the wrong one.",
        "Experts tell them apart by touch alone.",
        "A lawsuit about the right to the name dragged on for years.",
    ),
)
