"""A town that was abandoned and founded again in other places."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

SETTLEMENTS = Presence(
    draw="place",
    noun="settlement",
    epochs=(1700, 1760),
    slots={"year": "year 0 120", "river": "rivers", "founder": "person"},
    keys=(
        NTH,
        Key("year", "the settlement of {year}", "the one of {year}", "Which year saw the foundation of {inst}?"),
        Key(
            "river", "the settlement on the river {river}", "the one on the river {river}", "On which river was {inst}?"
        ),
        Key("founder", "the settlement founded by {founder}", "the one founded by {founder}", "Who founded {inst}?"),
    ),
    intros=(
        "The name of {subj} has been borne by {count} settlements, one after the other.",
        (
            "The history of {subj} is that of {count} settlements, [for each time the people moved on|each in a place "
            "of its own]."
        ),
        "People have founded {subj} {count} times over, [always in a different spot|always under the same name].",
    ),
    openings=(
        (
            "The {nth} settlement was founded in {year} by {founder}, on the river {river}, [which seemed a safe "
            "place|where fish were plentiful]."
        ),
        (
            "In {year}, {founder} [led the families to|drove the first stakes into the banks of] the river {river} and "
            "founded the {nth} settlement there."
        ),
        (
            "It was on the river {river} that {founder} founded the {nth} settlement in {year}, [with forty goats and "
            "a bell|after a hard winter]."
        ),
        "{founder} founded the {nth} settlement on the river {river}; that was in {year}.",
        (
            "On the river {river} stood the {nth} settlement, founded by {founder} in {year} [for want of anything "
            "better|in high spirits]."
        ),
    ),
    traits=(
        Trait(
            "houses",
            "number 32 390",
            (
                (
                    "At its largest, {inst} had {houses} houses, [all of them facing south|if one counts the "
                    "barns|crowded together like sheep]."
                ),
                "There were {houses} houses in {inst}, [hardly one of them straight|and a single chimney sweep].",
                "A list of taxes for {inst} names {houses} houses.",
            ),
            (
                "There were {houses} houses in {inst} and {houses2} in {inst2}.",
                "While {inst} had {houses} houses, {inst2} had {houses2}.",
            ),
            "How many houses were there in {inst}?",
            "the settlement that had {houses} houses",
            "houses",
        ),
        Trait(
            "wall",
            "materials",
            (
                (
                    "Around {inst} ran a wall of {wall}, [which kept out wolves but not the cold|of which a stretch "
                    "can still be seen]."
                ),
                (
                    "The wall around {inst} was made of {wall}, [an odd choice|brought from far away|and no one ever "
                    "stormed it]."
                ),
                "Diggers who looked for {inst} came upon a wall made of {wall}.",
            ),
            (
                "The wall around {inst} was made of {wall}, that around {inst2} of {wall2}.",
                "A wall of {wall} protected {inst}; for {inst2}, one of {wall2} had to do.",
            ),
            "Which material was used for the wall around {inst}?",
            "the settlement with a wall of {wall}",
        ),
        Trait(
            "pest",
            "creatures",
            (
                "The plague of {inst} was {pest}, [which ate the thatch from the roofs|against which no fence helped].",
                (
                    "In {inst} people suffered from {pest}, [which came at night and in great numbers|and from nothing "
                    "else]."
                ),
                "Stories from {inst} are full of {pest}, the pest that stole the harvest.",
            ),
            (
                "The plague of {inst} was {pest}, and that of {inst2} was {pest2}.",
                "People suffered from {pest} in {inst} and from {pest2} in {inst2}.",
            ),
            "Which animal was the plague of {inst}?",
            "the settlement whose plague was {pest}",
        ),
        Trait(
            "feast",
            "events",
            (
                (
                    "In {inst}, the highlight of the year was {feast}, [for which even the sick got up|with masks and "
                    "drums]."
                ),
                "The people of {inst} lived for {feast}, the highlight of their year.",
                "Once a year, {inst} came alive for {feast}, the highlight of every calendar.",
            ),
            (
                "The highlight of the year was {feast} in {inst} and {feast2} in {inst2}.",
                "While {feast} was the highlight of the year in {inst}, in {inst2} it was {feast2}.",
            ),
            "Which event was the highlight of the year in {inst}?",
            "the settlement where {feast} was the highlight of the year",
        ),
        Trait(
            "trader",
            "organizations",
            (
                "All trade of {inst} went through {trader}, [at prices that made people sigh|by barge].",
                "In {inst}, the only trading post belonged to {trader}, [which also lent money].",
                "Salt and nails came to {inst} from the trading post of {trader}.",
            ),
            (
                "The trading post belonged to {trader} in {inst} and to {trader2} in {inst2}.",
                "In {inst}, it was {trader} that ran the trading post; in {inst2}, it was {trader2}.",
            ),
            "Which organisation ran the trading post in {inst}?",
            "the settlement where {trader} ran the trading post",
        ),
        Trait(
            "relic",
            "things",
            (
                (
                    "The pride of {inst} was {relic}, [which stood in the meeting house|and strangers were not allowed "
                    "to see it]."
                ),
                "Wherever one went in {inst}, people spoke of {relic}, their pride and joy.",
                (
                    "When people left {inst}, they took their pride, {relic}, with them [in a hay cart|and lost it on "
                    "the way]."
                ),
            ),
            (
                "The pride of {inst} was {relic}, and that of {inst2} was {relic2}.",
                "While the people of {inst} were proud of {relic}, those of {inst2} took pride in {relic2}.",
            ),
            "Which object was the pride of {inst}?",
            "the settlement whose pride was {relic}",
        ),
        Trait(
            "elder",
            "person",
            (
                (
                    "The last elder of {inst} was {elder}, [who locked the gate and threw away the key|who was deaf in "
                    "one ear|who kept bees]."
                ),
                "{elder} was the last elder of {inst} [and ruled with a light hand|and wrote everything down].",
                "In the end, the last elder of {inst}, {elder}, advised everyone to leave.",
            ),
            (
                "The last elder of {inst} was {elder}, and that of {inst2} was {elder2}.",
                "While {elder} was the last elder of {inst}, {elder2} held that office in {inst2}.",
            ),
            "Who was the last elder of {inst}?",
            "the settlement whose last elder was {elder}",
        ),
        Trait(
            "crop",
            "foods",
            (
                "Travellers praised {inst} for {crop}, [made to a secret recipe|sold at the gate].",
                (
                    "The kitchens of {inst} were known for {crop}, [of which one could never get enough|even in bad "
                    "years]."
                ),
                "People from far away came to {inst} for {crop}.",
            ),
            (
                "Travellers praised {inst} for {crop} and {inst2} for {crop2}.",
                "The kitchens of {inst} were known for {crop}, those of {inst2} for {crop2}.",
            ),
            "For which food was {inst} known?",
            "the settlement known for {crop}",
        ),
    ),
    asides=(
        "Maps from that age are of little help.",
        "The church bell was carried along on every move.",
        "Floods, fires and quarrels did the rest.",
        "Ploughs still turn up spoons and buttons.",
        "Old people used to say that the name brought bad luck.",
        "Of the early houses nothing is left but hollows in the grass.",
        "Every move took place in spring, when the roads were dry.",
    ),
)
