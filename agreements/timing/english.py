"""How English says when."""

from __future__ import annotations

from agreements.models import TimingKind
from agreements.timing.grammar import Table, before, behind, calendar, compiled, either, phrases, span

#: The beginnings of words, with the numbers that they stand for.
_NAMES = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11},
    **{"dec": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "latter": 2},
    **{"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60},
    **{"the": 0, "this": 0, "next": 1, "the next": 1, "the coming": 1, "the following": 1},
    **{"last": -1, "the last": -1, "the previous": -1, "the preceding": -1},
    **{"early": 1, "beginning": 1, "start": 1, "mid": 2},
}

_DAY = r"(?<![\d.,:/-])(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_LAST_DAY = r"(?P<last_day>\d{1,2})(?:st|nd|rd|th)?"
_MONTHS = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)(?![^\W\d_])"
)
_MONTH, _LAST_MONTH = rf"(?P<month>{_MONTHS})", rf"(?P<last_month>{_MONTHS})"
_A_MONTH = rf"(?-i:(?=[A-Z])){_MONTH}"  # may and march are verbs
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_DIGITS = r"(?<![\d.,/])(?<!\d-)(?P<year>(?:19|20|21)\d\d)(?![\d%]|[.,]\d)"
_WHICH = r"(?P<years_on>this|next|last|the (?:current|present|coming|following|next|last|previous|preceding))"
_FISCAL_YEAR = either(
    rf"(?P<fiscal>(?:the )?(?:japanese )?(?:fiscal(?: year)?|fy)\s*){_DIGITS}(?:[/–-]\d\d(?:\d\d)?)?",
    rf"{_WHICH} (?P<fiscal>(?:japanese )?fiscal) year\b",
)
_YEAR = either(_DIGITS, _FISCAL_YEAR, rf"{_WHICH} year\b")
_MONTH_OF_YEAR = rf"{_MONTH}(?:,? (?:of )?|,\s*){_YEAR}"
_SOME_MONTH = r"(?P<months_on>this|next|the (?:current|coming|following|next)|the) month\b"
_WHOLE = either(_MONTH_OF_YEAR, _YEAR, r"(?P<years_on>the) year(?! \d)", _SOME_MONTH, _A_MONTH)

_HALF = r"(?:the )?(?P<half>first|second|latter|1st|2nd)[\s-]half"
_QUARTER = r"(?:the )?(?P<quarter>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]quarter"
_END = either(r"(?:the )?(?:very )?(?P<end>end|close) of", r"(?P<end>late)(?: in)?")
_VAGUE = either(
    r"(?P<vague>early(?: in)?) ", r"(?:the )?(?P<vague>beginning|start|middle) of ", r"(?P<vague>mid)[\s-]+"
)
_COUNT = (
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty|thirty"
    r"|sixty)"
)
_UNIT = r"(?:(?P<days>days?)|(?P<weeks>weeks?)|(?P<months>months?)|(?P<years>years?))\b"
_FROM_AN_EVENT = r"(?:of|after|from|following|before|prior to)\b"

# What follows the head of a phrase: “of Minister Reshetnikov to Japan”.
_ENDS_IT = (
    "a|an|the|his|her|its|their|this|that|these|those|which|who|whose|where|when|and|or|but|to|of|by|in|on|at|for|from"
    "|with|without|during|has|have|had|is|are|was|were|be|been|being|will|would|shall|should|may|might|must|can|could"
    "|taking|considering|if|once|as|subject|provided|depending|not|also|they|it|he|she|both|agreed|held|takes?|took"
)
_WORD = rf"(?!(?:{_ENDS_IT})\b)[^\W\d_][\w.'’–-]*"
_WORDS = rf"(?:{_WORD} ){{0,5}}?"
_NOUNS = rf"(?:(?:the|an?|his|her|its|their|both|all) )?{_WORD}(?: {_WORD}){{0,5}}"
_NAME = r"(?-i:(?=[A-Z]|the [A-Z]))"
_COMPLEMENT = (
    rf"(?: (?:of|by|between|from) {_NOUNS}| (?:to|in|at|for) {_NAME}{_NOUNS}"
    rf"|(?:, {_NAME}[\w-]+)? and {_NAME}{_NOUNS})*"
)
_THE = r"(?:(?:the|an?|his|her|its|their|this|that) )?"
_EVENT_ABROAD = (
    r"(?:visit|trip|summit|ceremony|conference|forum|congress|exhibition|festival|anniversary|general assembly)s?"
)
_EVENT = rf"(?:{_EVENT_ABROAD}|(?:session|meeting|talks|consultation|negotiation|review|event)s?)"
_ALONG_WITH = (
    r"(?:together with|along with|alongside|on the occasion of|in (?:conjunction|connection|combination|parallel) with"
    r"|combined with|coupled with|(?:timed )?to coincide with|coinciding with|timed to|timed for|at the time of"
    r"|in the course of|(?:in|on) the (?:margins|sidelines|fringes) of|simultaneously with|back[\s-]to[\s-]back with"
    r"|linked to|tied to)"
)
_LONG_BEFORE = rf"(?:(?:n(?:o|ot) later than|at least|within) {_COUNT} (?:days?|weeks?|months?|years?) )?"
_AROUND = r"(?:during|after|before|following|ahead of|prior to|upon)"
_AT = r"(?:at|during|in|by|before|until|after|ahead of|prior to|for|on|to)"
_NEXT = r"(?:\w+['’]s? )?(?:next|following|forthcoming|upcoming|coming|\d+(?:st|nd|rd|th))"
_NOT_YET = r"(?<!agreed\s)(?<!decided\s)"  # “as agreed at the 15th session”

_CONSIDERING = (
    r"(?:taking (?:(?:due|full) )?account of|taking into (?:account|consideration)|considering|given|bearing in mind"
    r"|in (?:the )?(?:view|light) of|having regard to|with due (?:regard|consideration) (?:to|of|for)"
    r"|depending (?:up)?on|based on)"
)
_SITUATION = (
    r"(?:situations?|circumstances|conditions?|pandemic|epidemic|infections?|outbreak|restrictions|developments)"
)
_IF = r"(?:if|when|whenever|should|where|provided(?: that)?|as long as|insofar as)"
_PERMITS = r"(?:permits?|allows?|improves?|normali[sz]es?|stabili[sz]es?|becomes?|comes?|enters?)"
_ENACTMENT = (
    r"(?:adoption|approval|ratification|signature|signing|entry into force|completion|conclusion|lifting|easing|end"
    r"|normali[sz]ation|stabili[sz]ation|receipt)"
)
_CLAUSE = r"[^,;:()\n]{1,160}"

_CONVENIENT = r"(?:convenient|suitable|appropriate|agreed|acceptable|agreeable|opportune|proper)"
_FOR_BOTH = r"(?: (?:for|to) (?:both|the two|the|each|all)(?: (?:sides?|parties|countries|co-chairs|ministers))?)?"

TABLE = Table(
    names=_NAMES,
    calendar=[
        *calendar(
            r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])",  # 2021-03-31
            r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?![\d.]\d)",  # 31.3.2021
            # 1 to 4 November 2021, April–June 2021
            rf"{_DAY}(?: to | and |\s*[–—-]\s*){_LAST_DAY} {either(_MONTH_OF_YEAR, _MONTH)}",
            rf"{_MONTH}\s*[–—-]\s*{_LAST_MONTH} {_YEAR}",
            # 31 March 2021, the 31st of March, March 31, 2021
            rf"{_WEEKDAY}{_DAY} (?:(?:day )?of )?{either(_MONTH_OF_YEAR, _SOME_MONTH, _MONTH)}",
            rf"{_WEEKDAY}{_MONTH} {_DAY}(?:(?:,? (?:of )?|,\s*){_YEAR})?",
            # the end of the first half of 2021, Q1 2021, early next year
            rf"(?:{_END} )?{either(_HALF, _QUARTER)} (?:of|in) (?:the )?{_WHOLE}",
            rf"(?:{_END} )?\b(?:h(?P<half>[12])|q(?P<quarter>[1-4])|(?P<quarter>[1-4])q)[\s/]+(?:of )?{_YEAR}",
            rf"{_END} (?:the )?{_WHOLE}",
            rf"{_VAGUE}(?:the )?{_WHOLE}",
            rf"(?:the )?(?P<season>spring|summer|autumn|fall|winter)(?: of)? {_YEAR}",
            r"(?:this|next|the coming) (?P<season>spring|summer|autumn|winter)",
            _MONTH_OF_YEAR,
            rf"(?:next|this coming) {_MONTH}",
            r"(?P<end>later) (?P<years_on>this) year",
            r"(?P<end>within|in the course of) (?P<years_on>the|this|the (?:current|present)) year(?! \d)",
            rf"(?:the )?(?P<end>year)[\s-]end(?: {_DIGITS})?",
            _FISCAL_YEAR,
            rf"{_WHICH} year\b",
            r"(?:the end of )?(?P<weeks_on>this|next|the (?:coming|following)) week\b",
            r"(?P<months_on>this|next|the (?:current|coming|following)) month\b",
            rf"\b(?:within|(?:in|within|over|during|for) the (?:next|coming|following))"
            rf" (?:{_COUNT}[\s-]+{_UNIT}|(?P<half_years>half a year))(?! {_FROM_AN_EVENT}|['’])",
        ),
        *calendar(
            rf"{_DIGITS}\s*[–—-]\s*(?P<last_year>(?:19|20|21)\d\d)(?!\d)",
            rf"{_DIGITS}(?! ?[a-z]{{4,}}s\b)",
            _A_MONTH,
            needs_limit=True,
        ),
    ],
    before=before(
        NONE=r"\b(?:dated|as at) |\b(?:postponed|moved|shifted|rescheduled|changed|brought forward)(?: \w+){0,3} from"
        r" (?:the )?",
        ABOUT=r"\b(?:(?:by|in|on|for) )?(?:around|about|approximately|roughly|circa|towards?) (?:the )?"
        r"|\b(?:tentatively|provisionally) (?:in|on|for) (?:the )?",
        SINCE=r"\b(?:from|since|as (?:of|from)|with effect from|(?:starting|beginning|commencing)(?: from| in| on)?"
        r"|after|following|on or after|n(?:o|ot) earlier than|not before) (?:the )?",
        UNTIL=r"\b(?:by|n(?:o|ot) later than|on or before|until|till|through|up to|to) (?:(?:in|on|the) ){0,2}",
        BEFORE=r"\b(?:before|prior to|earlier than|ahead of|in advance of) (?:the )?",
        ON=r"\b(?:on|in|during|for|at|within|over|throughout|between) (?:the )?",
    ),
    behind=behind(UNTIL=r",? (?:at the (?:very )?latest|or (?:earlier|before))\b", ABOUT=r" or so\b"),
    ranges=[
        span(r"(?:from|between)(?: the)? ", r"(?:,? (?:to|until|till|through|up to|and)(?: the)? |\s*[–—-]\s*)"),
        span(r".*", r"\s*[–—-]\s*"),
        span(r"(?:in|on|for|during|over|throughout)?(?: the)? ?", r" (?:to|through)(?: the)? "),
    ],
    phrases=[
        *phrases(
            TimingKind.OCCASION,
            r"\b(?:on|at|upon) (?:that|this|the same) occasion\b",
            r"\bto go with (?:it|this|that|them)\b",
            rf"\b(?P<core>(?:on|by) the day of {_THE}{_WORDS}{_EVENT})\b{_COMPLEMENT}",
            rf"\b(?P<core>{_ALONG_WITH} {_THE}{_WORDS}{_EVENT})\b{_COMPLEMENT}",
            rf"\b(?P<core>with {_THE}{_WORDS}(?:visit|trip)s?)\b{_COMPLEMENT}",
            rf"\b(?P<core>{_LONG_BEFORE}{_AROUND} {_THE}{_WORDS}{_EVENT_ABROAD})\b{_COMPLEMENT}",
            rf"{_NOT_YET}\b(?P<core>{_LONG_BEFORE}{_AT} {_THE}{_NEXT} {_WORDS}{_EVENT})\b{_COMPLEMENT}",
        ),
        *phrases(
            TimingKind.CONDITION,
            rf"\b(?P<core>{_CONSIDERING} {_THE}{_WORDS}{_SITUATION})\b(?: (?:with|in|around|of|on) {_NOUNS})?",
            rf"\btaking {_THE}{_WORDS}{_SITUATION} into (?:account|consideration)\b",
            rf"\b{_SITUATION} (?:so )?(?:permitting|allowing)\b",
            rf"\b(?P<core>as soon as)(?! (?:possible|practicable|feasible)) {_CLAUSE}",
            rf"\b(?P<core>{_IF} (?:[^\s,;:]+ ){{0,8}}?{_PERMITS})\b",
            r"\b(?:if|when|where|wherever) (?:possible|feasible)\b",
            r"\b(?:if|when|where|as) (?:necessary|needed|appropriate)\b",
            rf"\b(?P<core>once (?!(?:more|again|every|per|upon)\b)(?:[^\s,;:]+ ){{1,14}}?"
            rf"(?:has|have|is|are|{_PERMITS})\b)(?:{_CLAUSE})?",
            rf"\b(?P<core>subject to|provided that|on (?:the )?condition that|in the event (?:of|that)) {_CLAUSE}",
            rf"\b(?P<core>depending (?:up)?on|pending (?=the|its|their|further|approval|completion)) {_CLAUSE}",
            rf"\b(?P<core>(?:upon|after|following|on) {_THE}{_ENACTMENT})\b(?: of {_NOUNS})?",
            rf"\b(?P<core>within {_COUNT} (?:days?|weeks?|months?|years?) {_FROM_AN_EVENT}) {_CLAUSE}",
        ),
        *phrases(
            TimingKind.OPEN,
            rf"\b(?:at|on|in|within) (?:an? )?(?:(?:mutually|jointly|most) )?{_CONVENIENT} "
            rf"(?:time|date|moment|opportunity|juncture|stage|terms?|timeframe)s?\b{_FOR_BOTH}",
            rf"\b(?:at|on) (?:an? )?(?:time|date)s? (?:(?:that|which) (?:is|are) )?(?:mutually )?{_CONVENIENT}\b"
            rf"{_FOR_BOTH}",
            r"\b(?:at|on) an? (?:later )?(?:time|date)s? to be (?:agreed|determined|decided|fixed|set|coordinated)"
            r"(?: (?:upon|later|separately|through diplomatic channels))*",
            r"\bat (?:an early|(?:the|their|its) (?:earliest|first))(?: possible| convenient)?"
            r" (?:date|opportunity|convenience|time|occasion|stage)\b",
            r"\bas (?:soon|early|quickly|promptly) as (?:possible|practicable|feasible)\b",
            r"\bin due (?:course|time)\b",
            r"\bin (?:the )?(?:(?:very )?(?:near|nearest|foreseeable) )?future\b",
            r"\b(?:in|over|during|within) the (?:coming|next few|following) (?:days|weeks|months|years)\b",
            r"\b(?:without (?:undue )?delay|promptly|shortly|immediately|in a timely manner|(?<!as\s)soon(?! as))\b",
            r"\bcontinu(?:e|ing|ously)\b",
            r"\bon an? (?:continuing|continuous|regular|ongoing|permanent|annual) basis\b",
            r"\b(?:regularly|periodically|annually|(?:every|each) year|every (?:two|three|six) (?:months|years))\b",
        ),
    ],
    loose_start=compiled(r"[\s,;:.–—-]*"),
    loose_end=compiled(r"(?:[\s,;:.!?–—-]|\b(?:and|the|a|an|of|to|by|in|at|for)(?=\s*$))*$"),
)
