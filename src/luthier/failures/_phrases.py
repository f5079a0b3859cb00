"""Words of which `_corpora.py` makes its sentences. Every pool has at least ten, so that texts differ in many
places.
"""

SHARED: dict[str, tuple[str, ...]] = {
    "who": (
        "my neighbour", "the new colleague", "her older brother", "our landlord", "the quiet student", "his cousin",
        "the woman next door", "everyone from the office", "their daughter", "the retired teacher",
        "a friend of mine", "the young couple", "my uncle", "the whole family", "somebody from the club",
        "the nurse upstairs",
    ),
    "person": (
        "Anna", "Mr Okafor", "Lena", "Tomasz", "my aunt", "Dr Meyer", "Priya", "the caretaker", "Jonas",
        "Mrs Lindqvist", "Carlos", "Yuki", "the postman", "Fatima", "old Henry", "her sister",
    ),
    "when": (
        "last Tuesday", "on Sunday morning", "before noon", "in early spring", "twice this month",
        "over the holidays", "late at night", "for the first time in years", "yesterday", "during the storm",
        "at the end of June", "every other week", "since the move", "without any warning", "just in time",
        "in the middle of winter",
    ),
}  # fmt: skip

TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "cooking": {
        "thing": (
            "the onion soup", "a loaf of rye bread", "the roast chicken", "fresh basil", "a pot of lentils",
            "the gravy", "an apple pie", "grilled aubergines", "the pancake batter", "smoked paprika",
            "a tray of lasagne", "the stew", "pickled cabbage", "the custard", "a jar of plum jam", "fried rice",
            "the salad dressing", "garlic butter",
        ),
        "did": (
            "stirred", "seasoned", "burned", "served", "tasted", "baked", "chopped up", "warmed", "garnished", "sliced",
            "cooked", "simmered",
        ),
        "event": (
            "the dinner", "the baking class", "a long lunch", "the family barbecue", "the soup evening", "breakfast",
            "the cookery show", "our picnic", "the chef's tasting", "the kitchen clean-up", "the bread workshop",
        ),
    },
    "money": {
        "thing": (
            "the mortgage", "a savings account", "the tax return", "two invoices", "the pension fund", "a bank loan",
            "the credit card bill", "government bonds", "an insurance policy", "the quarterly dividend", "a cheque",
            "the exchange rate", "an overdraft", "the household budget", "some shares", "the interest payments",
            "a standing order", "the deposit",
        ),
        "did": (
            "paid off", "cancelled", "calculated", "refinanced", "audited", "transferred", "invested in", "opened",
            "disputed", "filed", "deducted", "cashed in",
        ),
        "event": (
            "the meeting at the bank", "the audit", "the price increase", "the stock market crash", "payday",
            "the tax deadline", "the auction", "the annual accounts", "the salary talks", "the bankruptcy hearing",
            "the investors' call",
        ),
    },
    "sport": {
        "thing": (
            "the penalty kick", "a tennis serve", "the relay baton", "the last lap", "a header from the corner",
            "the goalkeeper's gloves", "a hockey stick", "the free throw", "the backstroke", "an away match",
            "the long jump", "a yellow card", "the second half", "the bicycle race", "a volley", "the winning goal",
            "the training plan", "a rowing boat",
        ),
        "did": (
            "practised", "missed", "scored with", "defended", "won", "lost", "trained for", "refereed", "blocked",
            "cheered for", "coached", "dribbled past",
        ),
        "event": (
            "the cup final", "the marathon", "a draw against the champions", "the swimming meet", "extra time",
            "the football derby", "the warm-up", "the boxing match", "the league opener", "the Olympic trials",
            "the basketball play-offs",
        ),
    },
    "travel": {
        "thing": (
            "the night train", "a window seat", "two suitcases", "the passport", "a hostel near the harbour",
            "the ferry", "the boarding pass", "an island tour", "the rental car", "a mountain hut",
            "the airport shuttle", "a city map", "the visa", "the beach hotel", "a guidebook", "the connecting flight",
            "a tent by the lake", "the border post",
        ),
        "did": (
            "booked", "packed", "reached", "waited for", "lost track of", "photographed", "boarded", "checked into",
            "recommended", "flew past", "sailed with", "cancelled",
        ),
        "event": (
            "the trip to Lisbon", "the delayed departure", "our honeymoon", "the road trip", "the layover in Dubai",
            "the safari", "the cruise", "customs control", "the hike along the coast", "the sightseeing bus ride",
            "the holiday season",
        ),
    },
}  # fmt: skip

REVIEWS: dict[str, tuple[str, ...]] = {
    "aspect": (
        "service", "soup", "room", "staff", "view", "music", "price", "dessert", "coffee", "lighting", "booking",
        "menu", "garden", "wine", "breakfast", "bathroom", "parking", "reception", "pool", "atmosphere", "bread",
        "bed",
    ),
    "good": (
        "delightful", "excellent", "wonderful", "superb", "charming", "flawless", "impressive", "splendid",
        "lovely", "brilliant", "generous", "first-rate", "outstanding", "pleasant", "terrific", "memorable",
    ),
    "bad": (
        "awful", "terrible", "disappointing", "dreadful", "mediocre", "horrible", "filthy", "stale", "shabby",
        "rude", "careless", "overpriced", "unpleasant", "miserable", "sloppy", "disgusting",
    ),
}  # fmt: skip

TURNS: tuple[str, ...] = (
    "Dear all,", "Look,", "Honestly speaking,", "As ever,", "So here it goes:", "Hello there!", "To be short:",
    "Hm.", "Good news first:", "Right then,", "Between you and me,", "For the record:",
)  # fmt: skip

HEADER = (
    "This message and its attachments come from the regional service centre and are meant for the addressee alone; "
    "if you have received it in error please tell the sender and delete it from your system without making a copy."
)

_FUNCTION_WORDS = (
    "a about after again all also an and any are as at be because been before being between both but by can could "
    "did do does doing down during each else every few for from further had has have having he her here hers him "
    "his how i if in into is it its itself just me more most my myself no nor not now of off on once only or "
    "other our ours out over own same she should so some still such than that the their theirs them then there "
    "these they this those through to too under until up very was we were what when where which while who whom "
    "why will with would you your yours "
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
