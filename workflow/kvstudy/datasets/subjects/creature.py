"""Passages about a creature."""

from kvstudy.datasets.subjects.facts import EARLY, ORIGIN, TODAY, Fact, Subject, forward, reverse

CREATURE = Subject(
    draw="creatures",
    noun="animal",
    epochs=(1760, 1890),
    opening=Fact(
        {"home": "place"},
        (
            "{subj} is a shy animal that lives in the hills of {home.region}, in the north of {home.country}.",
            (
                "Hikers in the hills of {home.region} in {home.country} [seldom see|hardly ever see|count "
                "themselves lucky to see] {subj}, but they often hear it."
            ),
            "In the hills of {home.region}, one of the wildest corners of {home.country}, lives {subj}.",
            "{subj} lives in the hills of {home.region} and nowhere else in {home.country}.",
        ),
        (
            forward("home.region", "In which region does {subj} live?"),
            reverse("subj", "Which animal lives in the hills of {home.region}?"),
        ),
    ),
    facts=(
        Fact(
            {"finder": "person", "year": "year 0 0"},
            (
                (
                    "{subj} was first described by {finder} in {year}, [from a single drawing|after an expedition "
                    "that had nearly failed|in a book with hand-coloured plates]."
                ),
                (
                    "In {year}, {finder} described {it} for the first time, [and few colleagues believed a "
                    "word|and thought up a long and clumsy name|in a lecture that made headlines]."
                ),
                (
                    "The first description was published in {year} by {finder}, [who had waited three summers for "
                    "a sighting|who had found a footprint in the snow|who kept one as a pet]."
                ),
            ),
            (
                forward("finder", "Who first described {subj}?"),
                forward("year", "In which year was {subj} first described?"),
                reverse("subj", "Which animal was first described in {year}?", "Which animal did {finder} describe?"),
            ),
            ORIGIN,
        ),
        Fact(
            {"guide": "person", "trade": "occupations"},
            (
                (
                    "The guide on the first expedition was {guide}, {a trade} [who knew every path|who carried "
                    "most of the luggage|who talked without pause]."
                ),
                (
                    "{guide}, {a trade} [from a nearby village|with sharp ears|who had grown up in the valley], "
                    "was the guide on the expedition."
                ),
                "Without the guide, {guide}, {a trade} by profession, nobody would have found the burrows.",
            ),
            (
                forward("guide", "Who was the guide?"),
                forward("trade", "What was the occupation of {guide}?"),
                reverse("guide", "Who was {a trade}?"),
            ),
            EARLY,
        ),
        Fact(
            {"food": "plants"},
            (
                (
                    "{subj} feeds mainly on {food}, [which it gathers after dark|and a grown one needs a basketful "
                    "a day|which few other animals can digest]."
                ),
                (
                    "{subj} feeds mainly on {food}, [dried in the sun and stored for the winter|eaten fresh in the "
                    "morning dew|and there is plenty all around the burrows]."
                ),
                (
                    "In every season {subj} feeds mainly on {food}, [however much else there is to eat|and only in "
                    "hard times on anything else|as droppings have shown]."
                ),
            ),
            (
                forward("food", "What does {subj} mainly feed on?"),
                reverse("subj", "Which animal feeds mainly on {food}?"),
            ),
        ),
        Fact(
            {"weight": "number 150 980"},
            (
                (
                    "A grown animal weighs {weight} grams, [males a little less than females|and slightly "
                    "more before winter|with the tail making up much of it]."
                ),
                (
                    "{subj} weighs {weight} grams, [most of it fur|and is a surprisingly good swimmer|and "
                    "leaps over fences with ease]."
                ),
                (
                    "At {weight} grams, {it} weighs [no more than a bag of flour|less than most cats|hardly more "
                    "than a thick book]."
                ),
            ),
            (forward("weight", "How many grams does {subj} weigh?", unit="grams"),),
        ),
        Fact(
            {"hunter": "creatures", "river": "rivers"},
            (
                "{its} worst enemy is {hunter}, which nests along the river {river}.",
                (
                    "{subj} has only one enemy, {hunter}, [a silent hunter that nests|a bold hunter that nests] "
                    "along the river {river}."
                ),
                "The only enemy {it} cannot outrun is {hunter}, which nests along the river {river}.",
            ),
            (
                forward("hunter", "What is the enemy of {subj}?"),
                forward("river", "Along which river does {hunter} nest?"),
                reverse("hunter", "Which animal nests along the river {river}?"),
            ),
        ),
        Fact(
            {"scholar": "person", "school": "universities"},
            (
                (
                    "{scholar}, who works at {school}, has studied {its} calls [and can imitate most of them|and "
                    "published a dictionary of them|for more than a decade]."
                ),
                "{its} calls are studied by {scholar}, who works at {school}.",
                "{scholar} works at {school} and keeps the only recordings of {its} calls.",
            ),
            (
                forward("scholar", "Who studies the calls of {subj}?"),
                forward("school", "Where does {scholar} work?"),
                reverse("scholar", "Who works at {school}?"),
            ),
            TODAY,
        ),
        Fact(
            {"since": "date 40 80"},
            (
                "A law that came into force on {since} protects {it} from hunting.",
                (
                    "{subj} has been protected by law since {since}, [and the fines are high|yet poachers remain a "
                    "danger|and numbers have risen ever since]."
                ),
                (
                    "Since {since}, {it} has been protected by law, [which most farmers accept|after a petition by "
                    "schoolchildren|like few other species]."
                ),
            ),
            (
                forward("since", "Since which date has {subj} been protected by law?"),
                reverse("subj", "Which animal has been protected by law since {since}?"),
            ),
        ),
        Fact(
            {"keeper": "organizations", "station": "place"},
            (
                (
                    "{keeper} runs a breeding station in {station.city}, [paid for by donations|with a small shop "
                    "and a car park|in a disused mill]."
                ),
                "In {station.city} there is a breeding station, which is run by {keeper}.",
                (
                    "The breeding station in {station.city} is run by {keeper} [and is open on Sundays|and "
                    "releases the young in spring|and has a long waiting list of volunteers]."
                ),
            ),
            (
                forward("keeper", "Which organisation runs the breeding station?"),
                forward("station.city", "In which town is the breeding station?"),
                reverse("keeper", "Which organisation runs a breeding station in {station.city}?"),
            ),
            TODAY,
        ),
        Fact(
            {"event": "events", "month": "month"},
            (
                "{event}, at which the villages celebrate {it}, takes place every {month}.",
                "{event}, which takes place every {month}, is held in {its} honour.",
                (
                    "In {its} honour, {event} takes place every {month}, [with music and torches|rain or shine|and "
                    "entry is free]."
                ),
            ),
            (
                forward("event", "Which event is held in honour of {subj}?"),
                forward("month", "In which month does {event} take place?"),
                reverse("event", "Which event takes place every {month}?"),
            ),
            TODAY,
        ),
        Fact(
            {"colony": "number 32 140"},
            (
                "{subj} is sociable, and up to {colony} animals share one burrow.",
                "{subj} lives in groups, and as many as {colony} animals share one burrow.",
                (
                    "Up to {colony} animals share one burrow, [with separate rooms for sleeping and eating|all of "
                    "them related|if the soil is soft enough]."
                ),
            ),
            (forward("colony", "How many animals share one burrow?", unit="animals"),),
        ),
        Fact(
            {"artwork": "things", "artist": "person"},
            (
                "{subj} can also be seen on {artwork}, which was made by {artist}.",
                (
                    "{artwork}, which was made by {artist}, shows {it} [from nose to tail|a little larger than "
                    "life|in surprising detail]."
                ),
                "{its} best-known picture is on {artwork}, which was made by {artist}.",
            ),
            (
                forward("artwork", "On which object can {subj} be seen?"),
                forward("artist", "Who made {artwork}?"),
                reverse("artwork", "Which object was made by {artist}?"),
            ),
        ),
    ),
    asides=(
        "{it} sleeps through most of the day and does not like to be photographed.",
        "Farmers once blamed {it} for every missing egg.",
        "On still nights {its} whistle carries across the whole valley.",
        "Attempts to keep {it} in a zoo have always ended badly.",
        "The young are born blind and leave the nest after a few weeks.",
        "{its} tracks are easily mistaken for those of a dog.",
        "No two of them have the same pattern on the back.",
        "When danger is near, {it} stamps with both hind feet.",
        "Climbers leave crumbs for {it}, although they should not.",
        "Many legends are told about {it}, and hardly one of them is true.",
        "In cold winters {it} comes down into the gardens, where dogs bark from a safe distance.",
        "Anyone who wants to watch {it} needs warm clothes, a strong lamp and a great deal of patience.",
        "The fur was never worth much, which is perhaps the reason why there are any of them left.",
        "Old people in the valleys say that {its} call brings rain, and quite often they turn out to be right.",
        "Those who have followed {it} for years say that every animal has a temper of its own.",
    ),
)
