"""An organization with several branches."""

from kvstudy.datasets.presences.presence import NTH, Key, Presence, Trait

BRANCHES = Presence(
    draw="organizations",
    noun="branch",
    epochs=(1810, 1890),
    slots={"year": "year 0 70", "home": "place", "chief": "person"},
    keys=(
        NTH,
        Key("year", "the branch opened in {year}", "the one opened in {year}", "Which year saw the opening of {inst}?"),
        Key("home.city", "the branch in {home.city}", "the one in {home.city}", "In which town is {inst}?"),
        Key("chief", "the branch set up by {chief}", "the one set up by {chief}", "Who set up {inst}?"),
    ),
    intros=(
        "{subj} has {count} branches, [which keep apart as best they can|each of them proud of its own ways].",
        "Over the years {subj} has grown to {count} branches, and every one of them is different.",
        "Letters to {subj} often go astray, since there are {count} branches.",
    ),
    openings=(
        "The {nth} branch was opened in {home.city} in {year}, set up by {chief} [in a former stable|above a shop].",
        (
            "In {year}, {chief} set up the {nth} branch, in {home.city}, [with three chairs and a stove|on borrowed "
            "money]."
        ),
        (
            "{home.city} has had the {nth} branch since {year}, when {chief} set it up [without asking anyone|in a "
            "single week]."
        ),
        "It was {chief} who set up the {nth} branch, which was opened in {home.city} in {year}.",
        (
            "The {nth} branch, which {chief} had set up, was opened in {year} in {home.city}, [with lemonade for "
            "all|on a windy day]."
        ),
    ),
    traits=(
        Trait(
            "staff",
            "number 32 290",
            (
                (
                    "The staff of {inst} comes to {staff} people, [most of them related to each other|a good half of "
                    "them part-time]."
                ),
                "There are {staff} people on the staff of {inst}, [and a cat|including the porter].",
                "With a staff of {staff} people, {inst} is never quite silent.",
            ),
            (
                "There are {staff} people on the staff of {inst}, and {staff2} on that of {inst2}.",
                "While {inst} has a staff of {staff} people, {inst2} has {staff2}.",
            ),
            "How many people are on the staff of {inst}?",
            "the branch with a staff of {staff} people",
            "people",
        ),
        Trait(
            "sign",
            "creatures",
            (
                "The sign over the door of {inst} shows {sign}, [cut from sheet metal|one ear missing|freshly gilded].",
                "The sign of {inst} shows {sign}, [which frightens small children|as a rebus that nobody can solve].",
                "Strangers find {inst} by its sign, which shows {sign}.",
            ),
            (
                "The sign of {inst} shows {sign}, and that of {inst2} shows {sign2}.",
                "Over the door of {inst} hangs a sign with {sign}, over that of {inst2} one with {sign2}.",
            ),
            "Which animal is on the sign of {inst}?",
            "the branch whose sign shows {sign}",
        ),
        Trait(
            "hall",
            "things",
            (
                "In the hall of {inst} stands {hall}, [covered with a cloth on Sundays|and visitors bump into it].",
                "Whoever enters {inst} is greeted by {hall}, which fills half the hall.",
                (
                    "The hall of {inst} is bare but for {hall}, [on loan for as long as anyone remembers|bought at a "
                    "fair]."
                ),
            ),
            (
                "In the hall of {inst} stands {hall}, in that of {inst2}, {hall2}.",
                "While {hall} stands in the hall of {inst}, the hall of {inst2} is home to {hall2}.",
            ),
            "What stands in the hall of {inst}?",
            "the branch in whose hall {hall} stands",
        ),
        Trait(
            "gala",
            "events",
            (
                "Every spring, {inst} takes part in {gala}, [in matching waistcoats|with more zeal than skill].",
                "It is {gala} in which {inst} takes part every spring, [and work stops for two days|rain or shine].",
                "For weeks before {gala}, in which it takes part every spring, {inst} is in a state of excitement.",
            ),
            (
                "Every spring {inst} takes part in {gala}, and {inst2} in {gala2}.",
                "When spring comes, {inst} prepares for {gala}, while {inst2} gets ready for {gala2}.",
            ),
            "In which spring event does {inst} take part?",
            "the branch that takes part in {gala}",
        ),
        Trait(
            "floor",
            "materials",
            (
                "The floors of {inst} are made of {floor}, [slippery in wet weather|which must be waxed once a week].",
                "In {inst} one walks on floors made of {floor}, [a whim of the architect|which echo with every step].",
                "No expense was spared on the floors of {inst}, made of {floor}.",
            ),
            (
                "The floors are made of {floor} in {inst} and of {floor2} in {inst2}.",
                "In {inst} one walks on {floor}, in {inst2} on {floor2}.",
            ),
            "Which material was used for the floors of {inst}?",
            "the branch with floors of {floor}",
        ),
        Trait(
            "neighbour",
            "organizations",
            (
                "The building of {inst} belongs to {neighbour}, [which is slow to mend the roof|a patient landlord].",
                "The landlord of {inst} is {neighbour}, [and the rent has not gone up in decades].",
                "Once a month, rent is due from {inst} to its landlord, {neighbour}.",
            ),
            (
                "The landlord of {inst} is {neighbour}, that of {inst2} is {neighbour2}.",
                "Rent is paid to {neighbour} by {inst} and to {neighbour2} by {inst2}.",
            ),
            "Which organisation is the landlord of {inst}?",
            "the branch whose landlord is {neighbour}",
        ),
        Trait(
            "lunch",
            "foods",
            (
                (
                    "On Fridays the canteen of {inst} serves {lunch}, [and nobody works late|in portions that are "
                    "never finished]."
                ),
                "The canteen of {inst} is known for {lunch}, [which no one tires of|for better or worse].",
                "One can smell {inst} on Fridays, when the canteen serves {lunch}.",
            ),
            (
                "On Fridays the canteen serves {lunch} in {inst} and {lunch2} in {inst2}.",
                "Friday means {lunch} in the canteen of {inst} and {lunch2} in that of {inst2}.",
            ),
            "What is the Friday dish in the canteen of {inst}?",
            "the branch whose canteen serves {lunch} on Fridays",
        ),
        Trait(
            "head",
            "person",
            (
                (
                    "The present head of {inst} is {head}, [who plays chess by post|who arrives before everyone "
                    "else|who has never missed a day]."
                ),
                "{head} is the present head of {inst} [and hopes to remain so|and signs every letter twice].",
                "In matters of {inst}, one writes to its present head, {head}.",
            ),
            (
                "The present head of {inst} is {head}, that of {inst2} is {head2}.",
                "While {head} is the present head of {inst}, {inst2} is led by {head2}.",
            ),
            "Who is the present head of {inst}?",
            "the branch whose present head is {head}",
        ),
    ),
    asides=(
        "The branches write to each other on paper of different colours.",
        "Every few years someone proposes to merge them, in vain.",
        "Their football matches usually end in a draw.",
        "No two clocks in the house agree.",
        "The regulations are the same everywhere and are followed nowhere.",
        "Parcels are sent around by bicycle.",
        "At the annual dinner, each branch has a table of its own.",
    ),
)
