"""Relations between the subjects of two stories: how one story tells them, and how a question follows them.

A relation is none that the subjects' own facts tell, so that it contradicts neither story.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A relation from one subject to another.

    Parameters
    ----------
    source, target : str
        What the two are, in the words of `cast.Cast.draw`.
    plans : tuple of str
        Sentence plans for the source's story; `{next}` is the target, which they name.
    followed : tuple of str
        What a question calls the target instead of its name. `{subj}`, the source, comes last, so that it may itself be
        such a description.
    back : str
        A question from the target, `{next}`, to the source.
    """

    source: str
    target: str
    plans: tuple[str, ...]
    followed: tuple[str, ...]
    back: str


LINKS = (
    Link(
        "organizations",
        "person",
        (
            "The statutes of {subj} were drafted by {next}, [who asked for nothing in return|in plain words and on a "
            "single page|after a long exchange of letters].",
            "It was {next} who drafted {its} statutes, [which have been changed only twice since|and every new member "
            "still has to read them aloud|in a hand that few can read].",
            "{its} statutes, [a bundle of yellowed pages|short, strict and rather witty|now kept in a fireproof box], "
            "were drafted by {next}.",
        ),
        (
            "the person who drafted the statutes of {subj}",
            "the author of the statutes of {subj}",
        ),
        "For which organisation did {next} draft the statutes?",
    ),
    Link(
        "organizations",
        "things",
        (
            "For a time {subj} owned {next}, but sold it [when the roof had to be repaired|to a dealer who asked no "
            "questions|for less than it was worth].",
            "{next} once belonged to {subj}, too, and was sold [in a year without income|after a vote that split the "
            "members|to pay off an old debt].",
            "In a lean year {subj} had to sell {next}, [a loss that older members still mourn|though not everyone "
            "agreed|which had long stood unnoticed in a corridor].",
        ),
        (
            "the object sold by {subj}",
            "the object once owned by {subj}",
        ),
        "Which organisation had to sell {next}?",
    ),
    Link(
        "organizations",
        "creatures",
        (
            "{subj} paid for a long film about {next}, [which is shown to every visiting school class|with music and "
            "without a single spoken word|though it was shot in terrible weather].",
            "A film about {next}, paid for by {subj}, [won several prizes abroad|took four winters to make|is still "
            "shown on rainy Sundays].",
            "Many people first heard of {it} because of a film about {next}, for which {it} had paid.",
        ),
        (
            "the animal in the film paid for by {subj}",
            "the animal filmed with money from {subj}",
        ),
        "Which organisation paid for a film about {next}?",
    ),
    Link(
        "organizations",
        "place",
        (
            "{subj} keeps a holiday home for the staff in {next}, [with a view of the hills and a leaking roof|where "
            "the beds are hard and the evenings merry|which is booked out years ahead].",
            "In {next}, {subj} keeps a holiday home for the staff, [a wooden house with green shutters|once the villa "
            "of a retired admiral|which no manager has ever been allowed to use].",
            "Those who work hard are sent to {next} for a week, where {subj} keeps a holiday home.",
        ),
        ("the town with the holiday home of {subj}",),
        "Which organisation keeps a holiday home in {next}?",
    ),
    Link(
        "organizations",
        "events",
        (
            "{subj} once won the tug of war at {next}, [a victory that nobody had expected|and the rope still hangs in "
            "the staircase|with a team that had never trained].",
            "At {next}, {subj} once won the tug of war, [against a team of dockers|in borrowed boots and ankle-deep "
            "mud|though half the team had a cold].",
            "A faded photograph in the corridor shows the day on which {subj} won the tug of war at {next}.",
        ),
        (
            "the event with the tug of war won by {subj}",
            "the event with a tug-of-war victory of {subj}",
        ),
        "Which organisation won the tug of war at {next}?",
    ),
    Link(
        "person",
        "organizations",
        (
            "{subj} once sued {next}, [over a broken umbrella and a matter of honour|and neither side ever spoke of it "
            "again|and the case dragged on for nine winters].",
            "It caused a stir when {subj} sued {next}, [for the sum of a single penny|and then asked the other side to "
            "dinner|and then slept through the hearing].",
            "A quarrel over [an unpaid bill|a fence|some lost luggage] went so far that {subj} sued {next}.",
        ),
        (
            "the organisation sued by {subj}",
            "the organisation that was sued by {subj}",
        ),
        "Who sued {next}?",
    ),
    Link(
        "person",
        "things",
        (
            "At an auction {subj} bought {next}, [without having seen it first|for the price of a good horse|and was "
            "cheated, as it seemed at first].",
            "{subj} bought {next} at an auction, [bidding against two museums|where it had been offered as scrap|and "
            "gave it away again within a year].",
            "{next} was bought at an auction by {subj}, [who had only come in because of the rain|after a duel of bids "
            "that lasted until midnight|and then sat unpacked in a hall for years].",
        ),
        (
            "the object bought at auction by {subj}",
            "the object bought at an auction by {subj}",
        ),
        "Who bought {next} at an auction?",
    ),
    Link(
        "person",
        "creatures",
        (
            "{subj} wrote a long poem about {next}, [which children had to learn by heart|of which only the first half "
            "is any good|and read it out at every wedding].",
            "A long poem about {next}, written by {subj} [during a winter in bed|on the back of old bills|in a single "
            "week], was printed again and again.",
            "Few people know that {subj} also wrote a long poem about {next}.",
        ),
        (
            "the animal in the long poem by {subj}",
            "the animal in the poem by {subj}",
        ),
        "Who wrote a long poem about {next}?",
    ),
    Link(
        "person",
        "place",
        (
            "{subj} was granted honorary citizenship of {next}, [with a key, a scroll and a barrel of beer|for reasons "
            "that the records do not give|and had to give a speech in the rain].",
            "The council of {next} granted honorary citizenship to {subj}, [by a majority of one vote|though some "
            "called it a scandal|and the letter went astray twice].",
            "{subj} received honorary citizenship of {next} [late in life|after many years of correspondence with its "
            "council|to general surprise], and was proud of it.",
        ),
        (
            "the town that granted honorary citizenship to {subj}",
            "the town that gave honorary citizenship to {subj}",
        ),
        "Who was granted honorary citizenship of {next}?",
    ),
    Link(
        "person",
        "events",
        (
            "{subj} broke a leg at {next}, [which caused much laughter at first|in an attempt to impress the crowd|and "
            "walked with a stick from then on].",
            "It was at {next} that {subj} broke a leg, [a mishap that ended all plans of a long voyage|on the last "
            "evening and quite sober|slipping on a piece of orange peel].",
            "A limp in later life went back to {next}, where {subj} had broken a leg [in the crush|while climbing a "
            "fence|during a dance].",
        ),
        ("the event that caused the broken leg of {subj}",),
        "Who broke a leg at {next}?",
    ),
    Link(
        "things",
        "person",
        (
            "{next} wrote a whole novel about {subj}, [in which hardly a word is true|which sold far better than "
            "anyone had hoped|although the two endings contradict each other].",
            "{subj} is also the hero, so to speak, of a novel written by {next}.",
            "A novel about {subj}, written by {next}, [brought a stream of visitors|is read in schools to this day|was "
            "once banned for a summer].",
        ),
        (
            "the author of the novel about {subj}",
            "the person who wrote a novel about {subj}",
        ),
        "Which object is the novel by {next} about?",
    ),
    Link(
        "things",
        "organizations",
        (
            "{next} once borrowed {subj} for a month and [returned it nine years later|kept it for years without a "
            "word of apology|had to be reminded of it by a court].",
            "{subj} was once borrowed by {next}, [which forgot to give it back|and the loan dragged on for years|which "
            "first denied having it at all].",
            "The strangest chapter began when {next} borrowed {it} [for an afternoon|for a banquet|for a lecture] and "
            "did not return it for years.",
        ),
        (
            "the organisation that borrowed {subj}",
            "the organisation that once borrowed {subj}",
        ),
        "Which object did {next} borrow?",
    ),
    Link(
        "things",
        "creatures",
        (
            "An inscription on {subj} quotes an old proverb about {next}, [which nobody uses any more|with a spelling "
            "mistake in the middle|in letters that can be felt in the dark].",
            "A proverb about {next} is inscribed on {subj}, [so small that a lens is needed|and guides love to explain "
            "it|perhaps as a warning to thieves].",
            "The inscription on {subj}, a proverb about {next}, [was deciphered only lately|runs twice around the "
            "rim|has puzzled many a visitor].",
        ),
        (
            "the animal in the inscription on {subj}",
            "the animal in the proverb on {subj}",
        ),
        "Which object has an inscription about {next}?",
    ),
    Link(
        "things",
        "place",
        (
            "For ten years {subj} lay in a church tower in {next}, [among broken bells and pigeons|where a child found "
            "it by chance|and only the sexton knew].",
            "{subj} also spent ten years in a church tower in {next}, [wrapped in an old sail|for fear of "
            "burglars|until the stairs gave way].",
            "In {next}, {it} lay in a church tower for ten years, [covered with dust and feathers|as a pledge for a "
            "debt|while lawyers argued about it].",
        ),
        (
            "the town whose church tower once held {subj}",
            "the town whose church tower housed {subj}",
        ),
        "Which object lay in a church tower in {next}?",
    ),
    Link(
        "things",
        "events",
        (
            "{subj} is shown on the medals of {next}, [rather flattened and without the finer details|in memory of a "
            "sponsor whose name is lost|which collectors hunt for].",
            "The medals of {next} show {subj}, [as a joke of the designer at first|and a pretty sight they are|though "
            "few of the winners could say why].",
            "Athletes know {subj} from the medals of {next}, which have always shown it.",
        ),
        (
            "the event whose medals show {subj}",
            "the event with medals showing {subj}",
        ),
        "Which object is shown on the medals of {next}?",
    ),
    Link(
        "creatures",
        "person",
        (
            "{next} composed a waltz about {subj}, [full of squeaks and sudden leaps|which every barrel organ used to "
            "play|after a sleepless night in a tent].",
            "A waltz about {subj}, composed by {next}, [is still danced at weddings|was whistled by everybody for one "
            "summer|needs eleven flutes].",
            "{subj} even has its own waltz, composed by {next} [for a bet|for four hands|in a merry mood].",
        ),
        (
            "the person who composed a waltz about {subj}",
            "the composer of the waltz about {subj}",
        ),
        "About which animal did {next} compose a waltz?",
    ),
    Link(
        "creatures",
        "organizations",
        (
            "{next} named its yearbook after {subj}, [although no member had ever seen one|by way of an apology for an "
            "old mistake|and prints a paw on the cover].",
            "The yearbook of {next} is named after {subj}, [which confuses librarians everywhere|for no better reason "
            "than the sound of it|as every reader is told on the first page].",
            "Even a yearbook was named after {subj}, that of {next}.",
        ),
        (
            "the organisation whose yearbook is named after {subj}",
            "the organisation with a yearbook named after {subj}",
        ),
        "After which animal did {next} name its yearbook?",
    ),
    Link(
        "creatures",
        "things",
        (
            "A tuft of fur from {subj} was found inside {next}, [where it had kept the dust out|and no one knows how "
            "it got there|when a screw came loose].",
            "Inside {next}, a tuft of {its} fur came to light, [still soft after all those years|wrapped in a scrap of "
            "newspaper|to the delight of the experts].",
            "{its} fur was once thought to bring luck, and a tuft of it was found inside {next}.",
        ),
        (
            "the object that held a tuft of fur from {subj}",
            "the object that contained fur from {subj}",
        ),
        "The fur of which animal was found inside {next}?",
    ),
    Link(
        "creatures",
        "place",
        (
            "In {next}, a street is named after {subj}, [a short one with a steep end|because the council could not "
            "agree on a general|and its sign is stolen every few months].",
            "A street in {next} is named after {subj}, [though it is far from any hills|and the houses there are "
            "painted brown|which makes for strange addresses].",
            "{subj} has given its name to a street in {next}, [where nothing else recalls it|lined with lime trees|as "
            "the result of a school competition].",
        ),
        (
            "the town with a street named after {subj}",
            "the town whose street is named after {subj}",
        ),
        "After which animal is a street in {next} named?",
    ),
    Link(
        "creatures",
        "events",
        (
            "At {next}, gingerbread in the shape of {subj} is sold, [with raisins for eyes|still warm and far too "
            "sweet|and the tail is eaten first].",
            "Gingerbread in the shape of {subj} is sold at {next}, [a custom that nobody can explain|by the "
            "hundredweight|to the sound of a bell].",
            "Children know {subj} mostly as the gingerbread that is sold in its shape at {next}.",
        ),
        (
            "the event with gingerbread in the shape of {subj}",
            "the event with gingerbread shaped like {subj}",
        ),
        "The gingerbread sold at {next} has the shape of which animal?",
    ),
    Link(
        "place",
        "person",
        (
            "The street lamps of {subj} were paid for by {next}, [who could not sleep in the dark|after a nasty fall "
            "on the church steps|and for years nobody knew it].",
            "It was {next} who paid for {its} street lamps, [all of them shaped like tulips|which are lit by hand to "
            "this day|to the benefit of lovers and the regret of thieves].",
            "Evenings are bright in {subj}, since {next} paid for street lamps on every corner.",
        ),
        (
            "the person who gave street lamps to {subj}",
            "the person who paid for the street lamps in {subj}",
        ),
        "Which town got its street lamps from {next}?",
    ),
    Link(
        "place",
        "organizations",
        (
            "The vineyards around {subj} belong to {next}, [which sells the wine under a plain white label|and the "
            "harvest is a holiday for all|as a faded sign at the station says].",
            "{next} owns the vineyards around {subj}, [and every household gets a bottle at New Year|steep as they "
            "are|although the wine has never won a prize].",
            "The slopes around {subj} are covered with vineyards, all of which belong to {next}.",
        ),
        (
            "the owner of the vineyards around {subj}",
            "the organisation with vineyards around {subj}",
        ),
        "Around which town does {next} own the vineyards?",
    ),
    Link(
        "place",
        "things",
        (
            "The oldest inn of {subj} is named after {next}, [which the first landlord had once been allowed to "
            "touch|though the painted sign is a poor likeness|and the beds there are famously short].",
            "Most guests stay at the oldest inn of {subj}, which is named after {next}.",
            "{its} oldest inn is named after {next}, [and guests are told the story whether they like it or not|for "
            "reasons lost in time|and has not raised its prices in decades].",
        ),
        (
            "the object that gave its name to the oldest inn of {subj}",
            "the namesake of the oldest inn of {subj}",
        ),
        "In which town is the oldest inn named after {next}?",
    ),
    Link(
        "place",
        "creatures",
        (
            "The football team of {subj} is named after {next}, [and loses with great dignity|which makes for a "
            "strange battle cry|and plays on a slope].",
            "{its} football team is named after {next}, [because both are said to be at their best at night|though a "
            "lion had been suggested, too|and never misses a chance to say so].",
            "On Sundays everybody cheers for the football team of {subj}, which is named after {next}.",
        ),
        (
            "the animal that gave its name to the football team of {subj}",
            "the namesake of the football team of {subj}",
        ),
        "In which town is the football team named after {next}?",
    ),
    Link(
        "place",
        "events",
        (
            "Every year {subj} sends a brass band to {next}, [where it has never won anything|dressed in red and "
            "terribly out of tune|with half the population following behind].",
            "The brass band of {subj} plays at {next} every year, [and comes back with fewer hats|whether invited or "
            "not|for a fee of free meals].",
            "{its} brass band rehearses all winter, as the whole band is sent to {next} every year.",
        ),
        (
            "the event attended by the brass band of {subj}",
            "the event visited by the brass band of {subj}",
        ),
        "Which town sends a brass band to {next}?",
    ),
    Link(
        "events",
        "person",
        (
            "The fanfare with which {subj} begins was composed by {next}, [in a tavern and within minutes|who never "
            "heard it played|with a long solo for the drum].",
            "It was {next} who composed the fanfare for {subj}, [which even small children can whistle|after three "
            "earlier versions had been thrown away|for a fee that was never paid].",
            "{its} fanfare, composed by {next}, [can be heard from every window that week|is hard to play|"
            "stops in the middle as if by mistake].",
        ),
        (
            "the person who composed the fanfare for {subj}",
            "the composer of the fanfare for {subj}",
        ),
        "For which event did {next} compose the fanfare?",
    ),
    Link(
        "events",
        "organizations",
        (
            "The fireworks at {subj} are paid for by {next}, [which has never said what they cost|as the price of an "
            "old grudge|whatever the weather].",
            "{next} pays for the fireworks at {subj}, [a promise made long ago and never broken|which last exactly "
            "eleven minutes|and asks only for a good seat].",
            "On the second evening there are fireworks, for which {next} pays, [as the crowd is told more than "
            "once|by tradition|and nobody goes to bed before].",
        ),
        (
            "the organisation that pays for the fireworks at {subj}",
            "the sponsor of the fireworks at {subj}",
        ),
        "For the fireworks at which event does {next} pay?",
    ),
    Link(
        "events",
        "things",
        (
            "A model of {next} is carried at the head of the procession, [swaying dangerously on its poles|by eight "
            "people in white gloves|and burnt at midnight].",
            "The procession at {subj} is led by a model of {next}, [twice as large as the real thing|made anew each "
            "year by a different street|whose meaning is debated].",
            "When the procession of {subj} sets out, a model of {next} leads the way, [wrapped in flags|under a "
            "canopy|to loud cheers].",
        ),
        (
            "the object whose model leads the procession at {subj}",
            "the object carried as a model at {subj}",
        ),
        "At which event is the procession led by a model of {next}?",
    ),
    Link(
        "events",
        "creatures",
        (
            "The closing dance of {subj} imitates {next}, [with much hopping and scratching|as well as two hundred "
            "tired people can|to the sound of a single drum].",
            "In the closing dance of {subj}, everyone imitates {next}, [the dignitaries not excepted|until somebody "
            "falls over|with bent knees and raised elbows].",
            "{subj} ends with a closing dance that imitates {next}, [which takes more practice than one might "
            "think|and visitors are pulled in, too|on tiptoe].",
        ),
        (
            "the animal imitated in the closing dance of {subj}",
            "the animal in the closing dance of {subj}",
        ),
        "The closing dance of which event imitates {next}?",
    ),
    Link(
        "events",
        "place",
        (
            "The beer for {subj} comes from {next}, [on a cart drawn by six grey horses|a matter of pride for both "
            "towns|and runs out on the third day].",
            "All the beer served at {subj} comes from {next}, [where brewing for it begins in the snow|as a contract "
            "on parchment demands|though there are breweries nearby].",
            "A contract that is older than the railway says that the beer for {subj} comes from {next}.",
        ),
        (
            "the town that supplies the beer for {subj}",
            "the town that provides the beer for {subj}",
        ),
        "For which event does the beer come from {next}?",
    ),
)


def between(source: str, target: str) -> Link:
    """The relation from a subject of one kind to one of another."""
    return next(link for link in LINKS if (link.source, link.target) == (source, target))
