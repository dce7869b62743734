"""Passages about an organization."""

from kvstudy.datasets.subjects.facts import EARLY, ORIGIN, TODAY, Fact, Subject, forward, reverse

ORGANIZATION = Subject(
    draw="organizations",
    epochs=(1760, 1890),
    opening=Fact(
        {"home": "place"},
        (
            (
                "{subj} has its headquarters in {home.city}, [a quiet town in|a windy town in|a busy little town "
                "in] {home.country}."
            ),
            (
                "[Few institutions in|Hardly any institutions in|Not many institutions in] {home.country} are as "
                "well known as {subj}, which has its headquarters in {home.city}."
            ),
            "From its headquarters in {home.city}, {subj} has shaped public life in {home.country} for generations.",
            "{subj} keeps its headquarters in {home.city}, although it is known all over {home.country}.",
        ),
        (
            forward("home.city", "In which town are the headquarters of {subj}?"),
            reverse("subj", "Which organisation has its headquarters in {home.city}?"),
        ),
    ),
    facts=(
        Fact(
            {"founder": "person", "year": "year 0 0"},
            (
                (
                    "{subj} was founded by {founder} in {year}, [with a borrowed room and hardly any money|on a "
                    "rainy afternoon in a rented room|after years of planning|together with a handful of friends]."
                ),
                (
                    "It was {founder} who founded {subj} in {year}, [against the advice of nearly everyone|at an "
                    "age when others retire|with money won at cards]."
                ),
                (
                    "In {year}, [after a long quarrel with the town council|full of confidence|with no plan to "
                    "speak of], {founder} founded {subj}."
                ),
                (
                    "{founder} founded {subj} in {year} [and ran it for the first few winters without pay|and "
                    "never took a holiday again|and lived in the attic above it]."
                ),
            ),
            (
                forward("founder", "Who founded {subj}?"),
                forward("year", "In which year was {subj} founded?"),
                reverse("subj", "Which organisation was founded in {year}?", "Which organisation did {founder} found?"),
            ),
            ORIGIN,
        ),
        Fact(
            {"sponsor": "organizations"},
            (
                (
                    "{sponsor} paid for the first building, [on condition that the doors stayed open to "
                    "everyone|in return for a single silver coin a year|to the surprise of the newspapers]."
                ),
                (
                    "The first building was paid for by {sponsor}, [which never asked for the money back|after a "
                    "meeting that lasted all night|though the contract was lost soon afterwards]."
                ),
                (
                    "[Because no bank would lend a penny|When the savings ran out|After a public appeal], "
                    "{sponsor} paid for the first building."
                ),
            ),
            (forward("sponsor", "Who paid for the first building of {subj}?"),),
            EARLY,
        ),
        Fact(
            {"director": "person", "trade": "occupations"},
            (
                (
                    "The first director was {director}, who had been {a trade} [and knew how to handle people|and "
                    "brought along a good deal of common sense|and treated every visitor as a customer]."
                ),
                "{director}, who had been {a trade} [for half a lifetime|until then], became the first director.",
                (
                    "The post of first director went to {director}, who had been {a trade} [and had never led "
                    "anything before|and had a gift for organisation]."
                ),
            ),
            (
                forward("director", "Who was the first director of {subj}?"),
                forward("trade", "What had {director} been before?"),
                reverse("director", "Who had been {a trade}?"),
            ),
            EARLY,
        ),
        Fact(
            {"gate": "materials"},
            (
                (
                    "{its} front gate is made of {gate}, [which the damp sea air has hardly touched|which is "
                    "cleaned twice a year|although the plans had called for something cheaper]."
                ),
                (
                    "[Visitors come in|Everybody enters|Guests and staff alike come in] through a front gate made "
                    "of {gate}."
                ),
                (
                    "The front gate, made of {gate}, [is older than the rest of the building|has been photographed "
                    "countless times|squeaks when the weather changes]."
                ),
            ),
            (
                forward("gate", "What is the front gate of {subj} made of?"),
                reverse("subj", "Which organisation has a front gate made of {gate}?"),
            ),
            TODAY,
        ),
        Fact(
            {"treasure": "things", "giver": "person"},
            (
                "{its} greatest treasure is {treasure}, which was given by {giver}.",
                (
                    "The greatest treasure in the house is {treasure}, which was given by {giver} [many years "
                    "ago|on a whim|in memory of a friend]."
                ),
                "{treasure}, which was given by {giver}, is {its} greatest treasure.",
            ),
            (
                forward("treasure", "What is the greatest treasure of {subj}?"),
                forward("giver", "Who gave {treasure}?"),
                reverse("treasure", "What was given by {giver}?"),
            ),
        ),
        Fact(
            {"emblem": "creatures"},
            (
                (
                    "{its} emblem shows {emblem}, [for reasons that nobody remembers|because the designer had kept "
                    "one as a child|as it has from the beginning]."
                ),
                (
                    "{its} emblem, [drawn in a single line|the work of a porter|designed for a competition], shows "
                    "{emblem}."
                ),
                "Every letter carries {its} emblem, which shows {emblem}.",
            ),
            (
                forward("emblem", "What does the emblem of {subj} show?"),
                reverse("subj", "Which organisation has an emblem that shows {emblem}?"),
            ),
            TODAY,
        ),
        Fact(
            {"staff": "number 40 940"},
            (
                (
                    "{subj} employs {staff} people, [most of them part-time|and nearly half of them live within "
                    "walking distance|including a full-time cook]."
                ),
                (
                    "In all, {staff} people work there, [and many of them have never worked anywhere "
                    "else|and the canteen serves them all in one sitting|from night porters to lawyers]."
                ),
                "With {staff} people on the payroll, {it} is among the larger employers of the area.",
            ),
            (
                forward(
                    "staff", "How many people work for {subj}?", "How many people does {subj} employ?", unit="people"
                ),
            ),
            TODAY,
        ),
        Fact(
            {"event": "events", "host": "person"},
            (
                "Every autumn {it} holds {event}, which was the idea of {host}.",
                "{subj} also holds {event} every autumn, which was the idea of {host}.",
                "{event}, which was the idea of {host}, is held by {it} every autumn.",
            ),
            (
                forward("event", "Which event does {subj} hold every autumn?"),
                forward("host", "Whose idea was {event}?"),
                reverse("event", "Which event was the idea of {host}?"),
            ),
            TODAY,
        ),
        Fact(
            {"moved": "date 25 45"},
            (
                (
                    "On {moved}, {it} moved to the present building, [a former warehouse beside the canal|a plain "
                    "block with tall windows|which everybody found too large at first]."
                ),
                (
                    "The move to the present building, on {moved}, [took a single day and every cart in town|was "
                    "the talk of the season|went off without a single broken window]."
                ),
                (
                    "{subj} moved to the present building on {moved}, [because the old roof had begun to leak|when "
                    "the lease on the old rooms ended|with a brass band marching ahead]."
                ),
            ),
            (
                forward("moved", "On which date did {subj} move to the present building?"),
                reverse("subj", "Which organisation moved to its present building on {moved}?"),
            ),
        ),
        Fact(
            {"branch": "place", "school": "universities"},
            (
                (
                    "A smaller branch in {branch.city} [works closely with|shares rooms with|was set up jointly "
                    "with] {school}."
                ),
                (
                    "There is also a smaller branch in {branch.city}, where students from {school} [lend a "
                    "hand|come for their training|do much of the work]."
                ),
                "A second, smaller branch opened its doors in {branch.city}, at the invitation of {school}.",
            ),
            (
                forward("branch.city", "In which town does {subj} have a smaller branch?"),
                forward("school", "Which institution is linked to the branch in {branch.city}?"),
            ),
        ),
        Fact(
            {"river": "rivers", "rescuer": "person", "crates": "number 40 400"},
            (
                "When the river {river} flooded the cellar, {rescuer} carried {crates} crates of papers to safety.",
                "During a flood of the river {river}, it was {rescuer} who carried {crates} crates to safety.",
                (
                    "The river {river} once flooded the cellar, and {rescuer} carried {crates} crates [to safety "
                    "overnight|to safety|to safety with a borrowed cart]."
                ),
            ),
            (
                forward("river", "Which river caused the flood?"),
                forward("crates", "How many crates did {rescuer} carry to safety?", unit="crates"),
                reverse("rescuer", "Who carried {crates} crates to safety?"),
            ),
        ),
    ),
    asides=(
        "Visitors are welcome on most afternoons, and children pay nothing.",
        "The accounts from those years have survived, coffee stains and all.",
        "Not everyone in town was pleased with the noise at first.",
        "A portrait in the hallway is turned to the wall once a year, and no one will say why.",
        "Money has been tight now and then, but the lights have never gone out.",
        "The papers from the early days smell of smoke, and nobody has found out why.",
        "Annual reports are still written by hand.",
        "A bell in the yard is rung whenever someone retires.",
        "Neighbours set their watches by the lunch break.",
        "Older residents still call {it} by a nickname that cannot be printed.",
        "Several histories have been written, and each of them begins by pointing out the mistakes of the one before.",
        "Anyone can ask to see the old minutes, though few people ever get beyond the first page.",
        "New staff are expected to know all of the house rules by heart, down to the one about umbrellas.",
        "Lost property is kept in a cupboard under the stairs, and some of it has been there for generations.",
        "In town {it} is spoken of with a mixture of pride and impatience, like a rich and rather difficult aunt.",
    ),
)
