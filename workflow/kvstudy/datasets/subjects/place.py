"""Passages about a place."""

from kvstudy.datasets.subjects.facts import ORIGIN, TODAY, Fact, Subject, forward, reverse

PLACE = Subject(
    draw="place",
    noun="town",
    epochs=(1700, 1820),
    opening=Fact(
        {"river": "rivers"},
        (
            (
                "{subj} [is a small town in|is a sleepy town in|is an old market town in] {land.region}, "
                "{land.country}, on the river {river}."
            ),
            "On the river {river}, in the hilly part of {land.country} called {land.region}, stands {subj}.",
            (
                "Travellers who follow the river {river} through {land.region} in {land.country} [soon come "
                "to|will sooner or later reach|are glad to arrive in] {subj}."
            ),
            "{subj} stands on the river {river} and is one of the oldest towns of {land.region} in {land.country}.",
        ),
        (
            forward("river", "On which river does {subj} stand?"),
            reverse("subj", "Which town stands on the river {river}?"),
        ),
    ),
    facts=(
        Fact(
            {"founder": "person", "trade": "occupations", "year": "year 0 0"},
            (
                (
                    "{subj} was founded in {year} by {founder}, {a trade} [with a taste for adventure|in search of "
                    "better soil|who had lost a bet]."
                ),
                (
                    "{founder}, {a trade} by profession, founded {subj} in {year}, [beside an old ford|at a "
                    "crossroads|on land that nobody wanted]."
                ),
                (
                    "In {year}, {subj} was founded by {founder}, {a trade} [who had quarrelled with every "
                    "neighbour|with a large family|on the run from creditors]."
                ),
            ),
            (
                forward("founder", "Who founded {subj}?"),
                forward("trade", "What was the occupation of {founder}?"),
                forward("year", "In which year was {subj} founded?"),
                reverse("subj", "Which town was founded in {year}?"),
                reverse("founder", "Who was {a trade}?"),
            ),
            ORIGIN,
        ),
        Fact(
            {"houses": "number 90 980", "stone": "materials"},
            (
                (
                    "{its} {houses} houses have doorsteps made of {stone}, [whether their owners are rich or "
                    "poor|as the building code requires|and some are older than the church]."
                ),
                "Today there are {houses} houses, and nearly every doorstep is made of {stone}.",
                (
                    "{subj} has {houses} houses, whose doorsteps are made of {stone} [by old custom|as a "
                    "protection against damp|without exception]."
                ),
            ),
            (
                forward("houses", "How many houses are there in {subj}?", unit="houses"),
                forward("stone", "What are the doorsteps in {subj} made of?"),
                reverse("subj", "Which town has {houses} houses?"),
            ),
            TODAY,
        ),
        Fact(
            {"dish": "foods"},
            (
                (
                    "{its} best-known speciality is {dish}, [sold from stalls on market days|made to a recipe that "
                    "is never written down|served in every inn]."
                ),
                (
                    "The speciality of {subj} is {dish}, and [cooks from far away|gourmets|whole families] come to "
                    "taste it."
                ),
                (
                    "The speciality of {subj} is {dish}, [of which there are several versions|sold even at the "
                    "railway station|served with a wink]."
                ),
            ),
            (
                forward("dish", "What is the speciality of {subj}?"),
                reverse("subj", "Which town has {dish} as its speciality?"),
            ),
            TODAY,
        ),
        Fact(
            {"employer": "organizations", "opened": "date 15 40"},
            (
                (
                    "The largest employer, {employer}, opened on {opened} [and changed everyday life|with a great "
                    "deal of noise|in a former convent]."
                ),
                "On {opened}, {employer} opened its doors; it is still the largest employer.",
                (
                    "[Work was scarce until|Young people moved away until|Times were hard until] {employer} opened "
                    "on {opened} and became the largest employer."
                ),
            ),
            (
                forward("employer", "What is the largest employer in {subj}?"),
                forward("opened", "On which date did {employer} open?"),
                reverse("employer", "Which organisation opened on {opened}?"),
            ),
        ),
        Fact(
            {"event": "events", "starter": "person"},
            (
                "Every summer {event}, which was started by {starter}, fills the streets of {subj}.",
                "{event}, which was started by {starter}, fills the streets every summer.",
                (
                    "The high point of every summer is {event}, which was started by {starter} [as a bet|over a "
                    "glass of wine|to cheer people up after a bad harvest]."
                ),
            ),
            (
                forward("event", "Which event fills the streets of {subj} every summer?"),
                forward("starter", "Who started {event}?"),
                reverse("event", "Which event was started by {starter}?"),
            ),
            TODAY,
        ),
        Fact(
            {"arms": "creatures"},
            (
                "The coat of arms shows {arms} [on a white field|under three stars|between two towers].",
                (
                    "{its} coat of arms shows {arms}, [the only animal that was never hunted there|although none "
                    "has been seen there in living memory|painted by an unknown hand]."
                ),
                (
                    "Above the gate hangs the coat of arms, which shows {arms} [with a key in the mouth|freshly "
                    "painted in blue|carved in wood]."
                ),
            ),
            (
                forward("arms", "What does the coat of arms of {subj} show?"),
                reverse("subj", "Which town has a coat of arms that shows {arms}?"),
            ),
            TODAY,
        ),
        Fact(
            {"sight": "things", "donor": "person"},
            (
                "In the main square stands {sight}, which was given by {donor}.",
                "{sight}, which was given by {donor}, stands in the main square.",
                "Visitors gather in the main square to admire {sight}, which was given by {donor}.",
            ),
            (
                forward("sight", "What stands in the main square of {subj}?"),
                forward("donor", "Who gave {sight}?"),
                reverse("sight", "What was given by {donor}?"),
            ),
        ),
        Fact(
            {"neighbour": "place", "distance": "number 32 95"},
            (
                (
                    "A railway of {distance} kilometres leads to {neighbour.city}, [where most of the young people "
                    "work|with a stop at every farm|through several long tunnels]."
                ),
                "The nearest large town, {neighbour.city}, is {distance} kilometres away by railway.",
                (
                    "By railway it is {distance} kilometres to {neighbour.city}, [and the trains are slow|with a "
                    "fine view on the left|and the fare is low]."
                ),
            ),
            (
                forward("neighbour.city", "To which town does the railway from {subj} lead?"),
                forward("distance", "How many kilometres is it from {subj} to {neighbour.city}?", unit="kilometres"),
                reverse("neighbour.city", "To which town does a railway of {distance} kilometres lead?"),
            ),
            TODAY,
        ),
        Fact(
            {"fire": "date 20 55", "hero": "person"},
            (
                (
                    "A great fire broke out on {fire}, and {hero} saved the town hall [with a chain of "
                    "buckets|almost alone|by tearing down a shed next to it]."
                ),
                "On {fire} a great fire broke out; it was {hero} who saved the town hall.",
                "The town hall was saved by {hero} during the great fire, which broke out on {fire}.",
            ),
            (
                forward("fire", "On which date did the great fire break out?"),
                forward("hero", "Who saved the town hall?"),
                reverse("hero", "Who saved the town hall from the fire of {fire}?"),
            ),
        ),
        Fact(
            {"mayor": "person", "school": "universities"},
            (
                (
                    "The present mayor, {mayor}, studied at {school} [and came back after a few years abroad|and "
                    "plays the trumpet at weekends|and is serving a second term]."
                ),
                "{mayor}, who studied at {school}, is the present mayor.",
                (
                    "{subj} is governed by {mayor}, a mayor who studied at {school} [and still cycles to work|and "
                    "knows everybody by name|and answers every letter]."
                ),
            ),
            (
                forward("mayor", "Who is the mayor of {subj}?"),
                forward("school", "Where did {mayor} study?"),
                reverse("mayor", "Who studied at {school}?"),
            ),
            TODAY,
        ),
    ),
    asides=(
        "The weather is mild, and the wind never quite dies down.",
        "On clear days one can see all the way to the coast.",
        "Most of the old walls have gone, but the gates still stand.",
        "Nobody is ever in a hurry there, least of all the postman.",
        "Rents are low, and the evenings are long.",
        "There is a single traffic light, and it is usually out of order.",
        "Storks nest on the chimneys, and people are proud of them.",
        "The swimming pool closes early, as everybody complains.",
        "Anyone who stays longer than a week is no longer a stranger.",
        "Painters like the light, although they complain about the stairs.",
        "The road into the centre is so narrow that two carts can hardly pass, and no one has ever wanted it wider.",
        "On market days the talk in the square goes on long after the last stall has closed.",
        "The two inns by the bridge have been rivals for as long as anyone remembers, and both are always full.",
        "In winter the fog can last for weeks, which has given rise to a good many ghost stories.",
        (
            "Strangers tend to lose their way behind the church, where all the lanes look alike and none of them "
            "is straight."
        ),
    ),
)
