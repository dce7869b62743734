"""Passages about a person."""

from kvstudy.datasets.subjects.facts import EARLY, ORIGIN, TODAY, Fact, Subject, forward, reverse

PERSON = Subject(
    draw="person",
    timeless=False,
    epochs=(1740, 1890),
    opening=Fact(
        {"home": "place", "trade": "occupations"},
        (
            (
                "{subj}, {a trade} who came from {home.city} in {home.country}, [never stayed in one house for "
                "long|is almost forgotten today|was one of the most restless people of the time]."
            ),
            (
                "[Hardly anyone|Almost nobody|Not one person in a hundred] outside {home.country} has heard of "
                "{subj}, {a trade} who came from {home.city}."
            ),
            (
                "The life of {subj}, {a trade} who came from {home.city} in {home.country}, [reads almost like a "
                "novel|was anything but quiet|is full of surprises]."
            ),
            (
                "{subj} came from {home.city}, a small town in {home.country}, and worked as {a trade} for most of "
                "a long life."
            ),
        ),
        (
            forward("trade", "What was the occupation of {subj}?"),
            forward("home.city", "Which town did {subj} come from?"),
            reverse("subj", "Who was {a trade}?"),
        ),
    ),
    facts=(
        Fact(
            {"born": "date 0 0"},
            (
                (
                    "{subj} was born on {born}, [in the middle of a snowstorm|two weeks earlier than expected|as "
                    "church bells were ringing for a fire]."
                ),
                (
                    "{subj} was born on {born}, [the youngest of a large and noisy family|an only child in a house "
                    "full of books|the eldest of many children]."
                ),
                (
                    "Born on {born}, {subj} [grew up above a shop and learned to read from its price lists|was a "
                    "sickly child who preferred drawing to games|spent a happy childhood among goats]."
                ),
            ),
            (forward("born", "On which date was {subj} born?"), reverse("subj", "Who was born on {born}?")),
            ORIGIN,
        ),
        Fact(
            {"school": "universities", "teacher": "person"},
            (
                (
                    "{subj} studied at {school}, where {teacher} taught [with great patience|well into old age|and "
                    "lessons began at dawn]."
                ),
                (
                    "{subj} then studied at {school}; {teacher}, who taught there, [refused to take a fee|became a "
                    "friend for life|was hard to please]."
                ),
                (
                    "A scholarship allowed {him} to study at {school}, where {teacher} taught [to full benches|in "
                    "a room without windows|without ever losing patience]."
                ),
            ),
            (
                forward("school", "Where did {subj} study?"),
                forward("teacher", "Who taught {subj}?"),
                reverse("teacher", "Who taught at {school}?"),
            ),
            EARLY,
        ),
        Fact(
            {"employer": "organizations", "year": "year 19 23"},
            (
                (
                    "In {year}, {subj} got a first job at {employer}, [badly paid but full of freedom|which mostly "
                    "meant carrying boxes|after a very short interview]."
                ),
                (
                    "{subj} got a first job at {employer} in {year} [and kept it for only a few months|and soon "
                    "ran the whole department|mainly in order to pay off debts]."
                ),
                (
                    "It was at {employer} that {subj} got a first job in {year}, [at the lowest wage of all|thanks "
                    "to an uncle|in a cold office under the roof]."
                ),
            ),
            (
                forward("employer", "At which organisation did {subj} get a first job?"),
                forward("year", "In which year did {subj} get a first job?"),
                reverse("subj", "Who got a first job in {year}?"),
            ),
        ),
        Fact(
            {"work": "things", "stuff": "materials"},
            (
                "{subj} is remembered above all for a masterpiece, {work}, which has a base made of {stuff}.",
                (
                    "{its} masterpiece is {work}, which has a base made of {stuff} [and is far too heavy to "
                    "move|and weighs more than a carriage|and needs a special floor]."
                ),
                "The great masterpiece of those years is {work}, which has a base made of {stuff}.",
            ),
            (
                forward("work", "What is the masterpiece of {subj}?"),
                forward("stuff", "What is the base of {work} made of?"),
                reverse("work", "What has a base made of {stuff}?"),
            ),
        ),
        Fact(
            {"event": "events", "venue": "place"},
            (
                (
                    "{subj} went to {event} in {venue.city} every year [and always arrived a day early|and kept "
                    "every ticket in a drawer|and usually stayed with the same landlady]."
                ),
                (
                    "Every year {subj} went to {event} in {venue.city}, [usually on foot|in the worst of "
                    "weathers|with a suitcase full of samples]."
                ),
                "Rain or shine, {subj} went to {event} in {venue.city} every year.",
            ),
            (
                forward("event", "Which event did {subj} go to every year?"),
                forward("venue.city", "In which town was {event} held?"),
                reverse("event", "Which event was held in {venue.city}?"),
            ),
        ),
        Fact(
            {"pet": "creatures"},
            (
                (
                    "At home {subj} kept a tame {pet:bare} that [slept on the drawing table|answered to a "
                    "whistle|lived to a great age]."
                ),
                (
                    "{subj} kept a tame {pet:bare}, which [was better known in town than many a councillor|slept "
                    "in a basket by the stove|bit anyone who came too close]."
                ),
                "For company {subj} kept a tame {pet:bare}, which greeted guests at the door.",
            ),
            (
                forward("pet", "Which animal did {subj} keep?"),
                reverse("subj", "Who kept a tame {pet:bare}?"),
            ),
        ),
        Fact(
            {"notebooks": "number 32 240", "heir": "person"},
            (
                "{subj} left {notebooks} notebooks, which were inherited by {heir}.",
                (
                    "In all, {notebooks} notebooks have survived; {heir} inherited them [and kept them dry|and could "
                    "not bear to burn them|and knew what they were worth]."
                ),
                (
                    "{heir} inherited the {notebooks} notebooks [and spent years putting them in order|and kept "
                    "them under a bed|and read them aloud to guests]."
                ),
            ),
            (
                forward("notebooks", "How many notebooks did {subj} leave?", unit="notebooks"),
                forward("heir", "Who inherited the notebooks?"),
                reverse("heir", "Who inherited {notebooks} notebooks?"),
            ),
            TODAY,
        ),
        Fact(
            {"spouse": "person", "craft": "occupations"},
            (
                (
                    "{subj} married {spouse}, who worked as {a craft} [and disliked long journeys|and had a fine "
                    "singing voice|and was liked by everybody]."
                ),
                (
                    "The marriage to {spouse}, who worked as {a craft}, [was a happy one|lasted a lifetime|came as "
                    "a surprise to both families]."
                ),
                (
                    "{spouse}, who worked as {a craft}, married {him} [after a courtship of only a week|in a small "
                    "ceremony by the sea|against the wishes of an uncle]."
                ),
            ),
            (
                forward("spouse", "Who did {subj} marry?"),
                forward("craft", "What was the occupation of {spouse}?"),
                reverse("spouse", "Who worked as {a craft}?"),
            ),
        ),
        Fact(
            {"giver": "organizations", "year": "year 33 45"},
            (
                (
                    "In {year}, {giver} gave {him} a gold medal, [which was soon pawned to pay the rent|which now "
                    "lies in a bank vault|for services to the public]."
                ),
                (
                    "{giver} gave {him} a gold medal in {year}, [rather later than friends thought fair|together "
                    "with a modest pension|at a dinner that lasted until morning]."
                ),
                "After two refusals, {giver} gave {him} a gold medal in {year}.",
            ),
            (
                forward("giver", "Which organisation gave {subj} a gold medal?"),
                forward("year", "In which year did {subj} receive a gold medal?"),
                reverse("subj", "Who received a gold medal in {year}?"),
            ),
        ),
        Fact(
            {"rival": "person", "seat": "place"},
            (
                "The great rival of {subj} was {rival}, who lived in {seat.city}.",
                (
                    "{rival}, who lived in {seat.city}, was {its} great rival, [though the two never met|and the "
                    "press loved their quarrels|until they made peace in old age]."
                ),
                (
                    "{its} great rival was {rival}, who lived in {seat.city} [and sent one angry letter after "
                    "another|and tried to do everything faster and cheaper|and claimed every success as a personal "
                    "one]."
                ),
            ),
            (
                forward("rival", "Who was the great rival of {subj}?"),
                forward("seat.city", "Where did {rival} live?"),
                reverse("rival", "Who lived in {seat.city}?"),
            ),
        ),
        Fact(
            {"died": "date 58 74", "river": "rivers"},
            (
                "{subj} died on {died} in a cottage on the river {river}.",
                (
                    "{subj} died on {died}, [after a short illness|with a half-finished letter on the desk|with "
                    "the windows wide open], in a cottage on the river {river}."
                ),
                "{subj} retired to a cottage on the river {river} and died there on {died}.",
            ),
            (
                forward("died", "On which date did {subj} die?"),
                forward("river", "On which river did {subj} die?"),
                reverse("subj", "Who died on {died}?"),
            ),
            TODAY,
        ),
    ),
    asides=(
        "Friends remembered a loud laugh and an even louder coat.",
        "Fame mattered little in that house; supper on time mattered a great deal.",
        "Most of what is known comes from letters that were found behind a stove.",
        "Success did not come quickly, and money hardly came at all.",
        "The portrait in the town hall is said to be a poor likeness.",
        "Punctuality was not among the virtues of that household.",
        "Newspapers of the day got most of the details wrong.",
        "A street was to be named in memory of it all, but the plan was dropped.",
        "There was always soup on the stove and an open door.",
        "It was a life full of detours, and none of them was regretted.",
        (
            "Visitors were received in the kitchen, because every other room was full of books, boxes and "
            "half-finished plans."
        ),
        "Rumours of a secret code in the diaries have kept amateurs busy, though nothing has ever come of it.",
        "In company there were long silences, then a remark so dry that people laughed about it on the way home.",
        "An unfinished autobiography breaks off in the middle of a sentence, just where it begins to be interesting.",
        (
            "Children from the neighbourhood were allowed to look at everything, as long as they put it back "
            "where it belonged."
        ),
    ),
)
