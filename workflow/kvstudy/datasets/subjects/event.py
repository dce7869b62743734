"""Passages about an event."""

from kvstudy.datasets.subjects.facts import EARLY, ORIGIN, TODAY, Fact, Subject, forward, reverse

EVENT = Subject(
    draw="events",
    epochs=(1780, 1900),
    opening=Fact(
        {"home": "place", "month": "month"},
        (
            (
                "{subj} is held every {month} in {home.city}, [a lively town in|a harbour town in|a pretty little "
                "town in] {home.country}."
            ),
            (
                "Every {month}, [people from all over|thousands of people from|families from all over] "
                "{home.country} come to {home.city} for {subj}."
            ),
            "For one week in {month}, {home.city} in {home.country} is given over to {subj}.",
            "{subj} is held in {home.city} every {month} and is known far beyond {home.country}.",
        ),
        (
            forward("home.city", "In which town is {subj} held?"),
            forward("month", "In which month is {subj} held?"),
            reverse("subj", "Which event is held in {home.city}?"),
        ),
    ),
    facts=(
        Fact(
            {"start": "year 0 0"},
            (
                "{subj} was first held in {start}, [in pouring rain|on a field lent by a farmer|almost by accident].",
                (
                    "{subj} was first held in {start}, [with more helpers than guests|and the whole thing was over "
                    "by noon|without a permit]."
                ),
                (
                    "In {start}, {subj} was first held [among a few friends in a barn|as a joke among "
                    "neighbours|with a single tent and a borrowed drum]."
                ),
            ),
            (
                forward("start", "In which year was {subj} first held?"),
                reverse("subj", "Which event was first held in {start}?"),
            ),
            ORIGIN,
        ),
        Fact(
            {"founder": "person", "trade": "occupations"},
            (
                (
                    "{founder}, {a trade} [who was tired of dull weekends|who had seen something similar "
                    "abroad|with a love of noise], had the idea for {it}."
                ),
                (
                    "{founder}, {a trade} by profession, had the idea for {it} [on a long coach journey|during a "
                    "sleepless night|while waiting for a ferry]."
                ),
                (
                    "It was {founder}, {a trade}, who had the idea for {subj} [and painted the first posters|and "
                    "paid for everything out of a savings tin|and was ridiculed at first]."
                ),
            ),
            (
                forward("founder", "Who had the idea for {subj}?"),
                forward("trade", "What was the occupation of {founder}?"),
                reverse("founder", "Who was {a trade}?"),
            ),
            EARLY,
        ),
        Fact(
            {"organizer": "organizations"},
            (
                (
                    "{subj} is organised by {organizer}, [which spends most of the year on the preparations|which "
                    "needs hundreds of volunteers for it|and all profits go to charity]."
                ),
                (
                    "{subj} is organised by {organizer}, [from the tents to the music|down to the last paper "
                    "cup|often at the last moment]."
                ),
                "As {subj} is organised by {organizer}, everything begins on the minute.",
            ),
            (
                forward("organizer", "Who organises {subj}?"),
                reverse("subj", "Which event is organised by {organizer}?"),
            ),
            TODAY,
        ),
        Fact(
            {"guests": "number 200 990"},
            (
                (
                    "Last year {guests} guests took part, [more than the hotels could hold|in spite of the "
                    "rain|and most of them stayed to the end]."
                ),
                (
                    "{subj} was attended by {guests} guests last year, [a new record|despite a railway strike|a "
                    "few less than hoped]."
                ),
                (
                    "A total of {guests} guests came last year, [some of them by boat|many of them in costume|not "
                    "counting the babies]."
                ),
            ),
            (forward("guests", "How many guests came to {subj} last year?", unit="guests"),),
            TODAY,
        ),
        Fact(
            {"prize": "things", "maker": "person"},
            (
                "The winner of the day takes home {prize}, which was made by {maker}.",
                (
                    "The prize is {prize}, which was made by {maker}, [and it has to be returned after a year|and "
                    "every winner scratches a mark into it|and it spends the rest of the year in a safe]."
                ),
                "The prize, {prize}, was made by {maker} [out of scrap|in a single night|without asking for a fee].",
            ),
            (
                forward("prize", "What is the prize at {subj}?"),
                forward("maker", "Who made {prize}?"),
                reverse("prize", "What was made by {maker}?"),
            ),
        ),
        Fact(
            {"mascot": "creatures"},
            (
                (
                    "{subj} has a mascot, {mascot}, [played by the tallest person who volunteers|sewn by a "
                    "group of pensioners|whose costume is far too warm]."
                ),
                (
                    "{its} mascot is {mascot}, which [leads the way through the streets|dances on the tables after "
                    "dark|appears on every poster]."
                ),
                (
                    "Children look forward to {its} mascot, {mascot}, [which throws sweets from a "
                    "cart|which arrives on a fire engine|which shakes hands with everyone]."
                ),
            ),
            (
                forward("mascot", "What is the mascot of {subj}?"),
                reverse("subj", "Which event has {mascot} as its mascot?"),
            ),
            TODAY,
        ),
        Fact(
            {"dish": "foods", "cook": "person"},
            (
                "Everyone eats the traditional dish, {dish}, invented by {cook}.",
                "The traditional dish, {dish}, was invented by {cook}.",
                "No visitor leaves without trying the traditional dish, {dish}, invented by {cook}.",
            ),
            (
                forward("dish", "What is the traditional dish at {subj}?"),
                forward("cook", "Who invented {dish}?"),
                reverse("dish", "Which dish was invented by {cook}?"),
            ),
            TODAY,
        ),
        Fact(
            {"year": "year 20 60", "river": "rivers"},
            (
                "In {year} {it} had to be cancelled, because the river {river} had flooded the grounds.",
                "{subj} has been cancelled only once, in {year}, after the river {river} broke its banks.",
                "Only the flood of the river {river} in {year} ever caused {it} to be cancelled.",
            ),
            (
                forward("year", "In which year was {subj} cancelled?"),
                reverse("subj", "Which event was cancelled in {year}?"),
                reverse("river", "Which river flooded in {year}?"),
            ),
        ),
        Fact(
            {"winner": "person", "town": "place"},
            (
                (
                    "The most successful competitor so far is {winner}, who came from {town.city} and won the main "
                    "competition three times in a row."
                ),
                (
                    "{winner}, who came from {town.city}, won the main competition three times in a row[, to the "
                    "dismay of the bookmakers|, without any special training|, a record that still stands]."
                ),
                (
                    "Nobody else has matched {winner}, who came from {town.city} and won the main competition "
                    "three times in a row."
                ),
            ),
            (
                forward("winner", "Who won the main competition three times in a row?"),
                forward("town.city", "Which town did {winner} come from?"),
                reverse("winner", "Who came from {town.city}?"),
            ),
        ),
        Fact(
            {"speaker": "person", "school": "universities"},
            (
                (
                    "The opening speech is given by {speaker}, who works at {school} [and is never short of "
                    "words|and never uses notes|and likes to tell jokes]."
                ),
                (
                    "{speaker}, who works at {school}, gives the opening speech, [always in rhyme|usually "
                    "hoarse|in an enormous hat]."
                ),
                "By tradition the opening speech falls to {speaker}, who works at {school}.",
            ),
            (
                forward("speaker", "Who gives the opening speech at {subj}?"),
                forward("school", "Where does {speaker} work?"),
                reverse("speaker", "Who works at {school}?"),
            ),
            TODAY,
        ),
        Fact(
            {"stage": "materials", "steps": "number 32 140"},
            (
                "The stage, made of {stage}, is reached by a staircase of {steps} steps.",
                "A staircase of {steps} steps leads up to the stage, which is made of {stage}.",
                "Since the stage is made of {stage} and stands at the top of {steps} steps, it can be seen by all.",
            ),
            (
                forward("stage", "What is the stage made of?"),
                forward("steps", "How many steps lead up to the stage?", unit="steps"),
            ),
            TODAY,
        ),
    ),
    asides=(
        "Rooms have to be booked a year in advance.",
        "Some neighbours leave for the week, and others rent out their gardens.",
        "Old posters have become collectors' items.",
        "The police report little trouble apart from lost hats.",
        "On the last evening, everyone helps to sweep the streets.",
        "Dogs are allowed, but trumpets are not.",
        "Local schools close for the occasion.",
        "The programme is printed on paper that smells of lavender.",
        "It is the only time of the year when parking is a problem.",
        "There were dull years, too, but they are quickly forgotten.",
        "A committee meets all year round to settle who stands where, and old friendships have ended over it.",
        "Musicians practise for it all winter, to the sorrow of those who live next door to them.",
        "The last guests are usually found asleep in a barn, and nobody wakes them before breakfast is ready.",
        "Bad weather has never kept people away; they simply bring larger umbrellas and stay a little longer.",
        "Those who have moved abroad come home for it, and the station is full of relatives with flowers.",
    ),
)
