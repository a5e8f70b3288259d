"""Numbers of the viewers' lives and of the talk: no fact of any product, so they may be said.

A number belongs here when nobody could take it for a property, a price or a term of the product;
each table is one reason. Regular expressions over normalised text, without spaces. What could be
of the product after all (ages that a warning names, hours that an offer ends at, how many people
watch) is left out, and must be a fact.
"""

from __future__ import annotations

from host.quantities.words import words

_N = r"[一二两三四五六七八九十几半\d]+"
_H = r"(?:[一二两三四五六七八九]{1,2}|十[一二]?|[01]?\d|2[0-4])"
_DAYTIME = "(?:早上|清早|一早|上午|中午|下午|傍晚|晚上|夜里|半夜|大半夜|凌晨|深夜)"
_DEAL = "[前发截止开停收价拍关抢涨减]|结束|恢复|下单|活动|到期|付款|上线|送到|送达|到货"
_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|\d+)"
)

_HOURS = words(
    rf"""
    (?<![到至前于])(?<!今天)(?<!明天)(?<!今日)(?<!活动)(?<!优惠)(?<!特价)(?<!截止)(?<!现在是){_DAYTIME}{_H}点(?:钟|半|多|来钟)?(?:左右)?(?![^，。！？；]{{0,8}}(?:{_DEAL}))
    朝九晚[五六]
    早[六七八九]晚[五六七八九十]
    九九六
    996(?!元|块|\.|件|%)
    007
    """
)
"""Times of the viewers' day; not those at which an offer ends or a parcel leaves."""

_VIEWERS = words(
    r"""
    (?:扣|打|刷|敲|回复?|打上|打出)(?:一?个|上)?数?字?(?:[123]|[一二三]|6{2,4}|8{2,4}|六六六)(?=[，。！？；、\s]|$|我|让|的朋友|就行|就好|好不好)
    """
)
"""What viewers are asked to type."""

_PEOPLE = words(
    r"""
    [有带]?(?:着)?俩(?:孩子|娃|宝宝|小孩|小朋友|儿子|闺女)
    [二三四五六七八][三四五六七八九]十(?:来|多)?岁?(?!以|[元块个件罐瓶支只箱台毫厘克斤米%分])(?=的(?:人|朋友|大|阿|叔|姐|哥|老)|岁|牙|了)岁?
    (?:爸|妈|奶奶|爷爷|姥姥|姥爷|外公|外婆|婆婆|公公|老人|老太太|老爷子)(?:都|今年|也|快)*[四五六七八九\d]十?\d?[多几来]?(?:岁|(?=了))
    (?<![减省降付满券元块])(?:[789七八九][05零五]|0[05]|零零|零五)后(?=[，。的、都也和]|[789七八九0零])
    """
)
"""Households and ages of those who watch; not those that a warning of the product may name."""

_WEATHER = words(
    rf"""
    (?:零上)?[一二三四\d]?十?[一二三四五六七八九几来多\d]度(?:左右|上下|出头)?的?(?:天(?!然|猫)|气温|大热天|大冷天|室外|屋里|房间)
    (?:气温|室温|外面|室外|户外)(?:才|都|有|只有|降到|升到|到了|快|大概|就|得有)*{_N}多?度
    早晚温差{_N}[来多]?度?
    """
)
"""The weather; not 昼夜温差, which is told of orchards."""

_HOMES = words(
    rf"""
    {_N}[来多]?平(?:方|米|方米)?(?=的(?:小|大)?(?:客厅|房|屋|卧|家|出租|厨)|小?客厅|小?卧室|小?房子)
    (?:坐|开|熬)(?:了|上|个)?{_N}个?多?(?:小时|钟头)(?:的)?(?=高铁|火车|飞机|动车|大巴|地铁|公交|车|航班|夜|长途)
    {_N}个?小时的(?:车程|路程|航班|飞机|高铁|火车|通勤)
    [一二三四五六七八九十\d]+号线
    (?:坐|等|通勤|走)(?:了|上|个)?{_N}分钟(?=地铁|公交|的路|路|的车)
    手机(?:电量|里)?(?:就|只|还)?剩下?(?:个|了)?(?:百分之{_N}|\d+%)的?电?
    """
)
"""Rooms, journeys, the battery of the viewer's own phone."""

_CALENDAR = words(
    rf"""
    (?:再过|还有|再有){_N}(?:天|个月|个星期|个礼拜|周)就?(?:是|要|该|到)?(?:过年|放假|春节|国庆|中秋|元旦|高考|开学|圣诞|新年|冬至|生日)
    """
)
"""Days up to a feast."""

_OF_THE_TALK = words(
    rf"""
    (?:花|用|拿|占){_N}(?:秒钟?|分钟)(?=[，]?(?:再|来|给|跟|把|讲|说|看|聊|介绍))
    (?:讲|说|记住|记|注意|提|强调|看|聊|总结|分)(?:这|下面?|清楚|好)?[两三四五六\d](?:点(?!\d|前|发|开|结束|截)|件事|句话|个问题|个细节|个重点|个地方)
    (?:下面|先|再|就)(?:讲|说)[两三四五\d]点(?=[，。！])
    [两三四五]件事(?:情)?
    [两三四五]个(?:问题|细节|重点|小窍门|小建议|小技巧)
    第[一二三四五](?:件事?)(?=[，：。是呢])
    (?:五、?四、?)?三[、，]?二[、，]?一(?=[，。！]|$|上链接)
    (?:5[、，]?4[、，]?)?3[、，]?2[、，]?1(?=[，。！]|$|上链接)
    数?[三五]个数
    """
)
"""How long the host talks, and of how many things."""

_ADVICE = words(
    rf"""
    (?:泡茶?|冲泡|焖|煮|蒸|晾|凉|焯|揉|搓|打圈|冰|静置|醒|泡上|晾上|冰上|冰个|揉个|搓个|泡个|煮个|晾个|焖个|等个|打圈个)(?:大概|大约|个|上|差不多)?{_N}个?(?:秒钟?|分钟|小时)(?![^，。！？；]{{0,6}}(?:充|发货|保温|保冷|不凉|还热|还烫))
    """
)
"""How long to steep or rub: what one does oneself, and no figure of the goods."""

_ENGLISH = words(
    rf"""
    ones\b
    (?<!until\s)(?<!till\s)(?<!by\s)(?<!before\s)(?<!ends\sat\s)(?<!from\s)(?<!closes\sat\s){_WORD}(?:\s+(?:thirty|o.clock))?\s+(?:in\s+the\s+(?:morning|afternoon)|at\s+night)\b(?!\s+(?:it|the\s+(?:price|offer|deal|sale)))
    (?<=it.s\s){_WORD}\s*[ap]\.?m\.?(?=\s+and\b|\s+somewhere)
    (?:type|put|drop|send|hit|press)\s+(?:a\s+|an\s+)?(?:1|2|3|one|two)(?=\s+(?:in|if|for|below|when)\b|[.!,]|$)
    an?\s+[123]\s+in\s+the\s+(?:chat|comments)
    (?:family|party|household|group|crew|team)\s+of\s+{_WORD}\b
    (?:two|three|four|five)\s+(?:kids|children|cats|dogs|roommates|grandkids|toddlers|teenagers)\b
    (?:night|dinner|table|breakfast|date|picnic|evening)\s+(?:in\s+)?for\s+(?:two|three|four)\b
    (?:steep|brew|wait|soak|simmer|boil|stir|toast)(?:\s+(?:it|them|for|the\s+tea|about|another|your\s+tea|the\s+coffee))*\s+{_WORD}\s+(?:minutes?|seconds?)\b
    {_WORD}-(?:minute|hour)\s+(?:break|walk|drive|flight|commute|meeting|call|nap|bus|train|ride)\b
    (?:two|three|four|five)\s+(?:quick\s+|little\s+|small\s+)?(?:things|questions|reasons|tips|words|points|notes)\b
    three,\s+two,\s+one\b
    {_WORD}\s+degrees\s+(?:outside|out\s+there|in\s+the\s+shade|this\s+morning|tonight)\b
    """
)
"""The same in English; ``ones`` stands for a noun."""

CHINESE = (
    *_HOURS,
    *_VIEWERS,
    *_PEOPLE,
    *_WEATHER,
    *_HOMES,
    *_CALENDAR,
    *_OF_THE_TALK,
    *_ADVICE,
)
ENGLISH = _ENGLISH
