"""How answers are worded: a few wordings a clause, so that each clause's sound is soon cached.

``{it}`` is "这款" for the product on air, its name and a comma for another. The first clause of an
answer is short and carries the answer. No number stands here: every number comes from a fact.
"""

from __future__ import annotations

from host.model import Lang

Wordings = dict[str, tuple[str, ...]]

ZH: Wordings = {
    "price": ("{it}现在{price}", "{it}现价{price}"),
    "list": ("原价{list}", "原价是{list}"),
    "saving": ("省{saving}",),
    "promotion-price": ("{it}活动价{price}", "{it}现在活动价{price}"),
    "own-price": ("售价{price}", "现价{price}"),
    "order": ("点{link}号链接就能拍", "喜欢就拍{link}号链接"),
    "order-unlinked": ("在购物车里就能拍", "点开购物车就能看到"),
    "link": ("{it}在{link}号链接", "{it}点{link}号链接"),
    "link-unlinked": ("{it}在购物车里", "{it}就在购物车里"),
    "link-how": ("点进去就能下单", "选好直接下单就行"),
    "stock": ("{it}还有{stock}", "{it}库存还有{stock}"),
    "stock-none": ("{it}现在没货了", "{it}暂时没货了"),
    "stock-uncounted": ("{it}在售的", "{it}可以拍的"),
    "stock-page": ("具体件数看下单页", "剩多少看下单页面"),
    "option-price": ("{option}是{price}",),
    "options-price": ("{options}都是{price}",),
    "option-stock": ("{option}还有{stock}",),
    "option-none": ("{option}没货了",),
    "yes": ("有的", "有"),
    "options": ("{it}有{options}", "{it}可以选{options}"),
    "options-no-other": ("别的暂时没有", "其他的暂时没有"),
    "coupon": ("{it}有{amount}的优惠券", "{it}有{amount}优惠券"),
    "coupon-threshold": ("满{threshold}就能用", "满{threshold}可以用"),
    "coupon-free": ("下单前记得领", "领了再下单"),
    "coupon-price": ("券后{price}", "领券后{price}"),
    "coupon-none": ("{it}暂时没有优惠券", "{it}现在没有优惠券"),
    "discount-none": ("{it}没有另外的折扣", "{it}暂时没有别的折扣"),
    "promotion-none": ("{it}暂时没有活动", "{it}现在没有别的活动"),
    "limit": ("{it}每人限购{limit}", "{it}每人限拍{limit}"),
    "limit-none": ("{it}不限购", "{it}没有限购"),
    "quote": ("{lead}{text}",),
    "spec": ("{lead}{attribute}是{value}",),
    "proved": ("有{kind}",),
    "unknown": ("这个资料里没写", "这一点资料里没有"),
    "unknown-kept": ("我不乱说", "我不能瞎说"),
    "unknown-staff": ("已经记下来，请店里同事回复您", "问题记下了，店里同事会来回复"),
    "no-link": ("这个号没有商品", "这个号暂时没上商品"),
    "no-link-how": ("看看购物车里的其他链接", "您再看一下链接号"),
    "which": ("您问的是哪一款", "您说的是哪一款"),
    "which-how": ("打个链接号给我", "把链接号打在公屏上"),
    "greeting": ("欢迎来到直播间", "欢迎欢迎"),
    "greeting-how": ("想看哪款打在公屏上", "有想问的直接打字"),
    "host": ("我是AI数字人主播", "对，我是AI数字人"),
    "host-how": ("商品信息都来自店里的资料", "说的都是店里给的资料"),
    "complaint": ("给您添麻烦了", "实在抱歉"),
    "complaint-how": ("您的情况已经记下来", "这个情况我记下了"),
    "complaint-staff": ("请带上订单联系客服，店里同事会处理", "请把订单发给客服，店里同事来处理"),
}

EN: Wordings = {
    "price": ("{it_is} {price} right now", "{it_is} {price} today"),
    "list": ("The list price is {list}", "That's down from {list}"),
    "saving": ("You save {saving}",),
    "promotion-price": ("{it_is} {price} on promotion", "{it_is} {price} with the promotion"),
    "own-price": ("The price is {price}", "It costs {price}"),
    "order": ("You'll find it at link {link}", "Tap link {link} to order"),
    "order-unlinked": ("You'll find it in the basket", "Open the basket to order"),
    "link": ("{it_is} at link {link}", "Tap link {link} for {it}"),
    "link-unlinked": ("{it_is} in the basket", "Open the basket for {it}"),
    "link-how": ("Tap it and check out", "Then check out"),
    "stock": ("{lead}we have {stock} left", "{lead}there are {stock} left"),
    "stock-none": ("{it_is} sold out right now", "{it_is} out of stock"),
    "stock-uncounted": ("{it_is} on sale", "{it_is} available"),
    "stock-page": ("The order page shows how many are left", "See the order page for the count"),
    "option-price": ("{option} is {price}",),
    "options-price": ("{options} are {price} each",),
    "option-stock": ("{option} has {stock} left",),
    "option-none": ("{option} is sold out",),
    "yes": ("Yes, we do", "Yes"),
    "options": ("{lead}we have {options}", "{lead}you can choose {options}"),
    "options-no-other": ("There's no other for now", "No others for now"),
    "coupon": ("{lead}there's a {amount} coupon", "{lead}yes, a {amount} coupon"),
    "coupon-threshold": ("It works on orders over {threshold}", "Use it over {threshold}"),
    "coupon-free": ("Collect it before you order", "Grab it before checkout"),
    "coupon-price": ("With the coupon it's {price}", "After coupon it's {price}"),
    "coupon-none": ("{lead}no coupon for now", "{lead}there's no coupon right now"),
    "discount-none": ("{lead}no extra discount now", "{lead}there's no other discount"),
    "promotion-none": ("{lead}no promotion right now", "{lead}there's no offer running"),
    "limit": ("{lead}the limit is {limit} per person", "{lead}up to {limit} per person"),
    "limit-none": ("{lead}there's no limit", "{lead}no purchase limit"),
    "quote": ("{lead}{text}",),
    "spec": ("{owner}{attribute} {are} {value}",),
    "proved": ("there is a {kind}",),
    "unknown": ("My notes don't say", "That isn't in my notes"),
    "unknown-kept": ("I won't guess", "I'd rather not guess"),
    "unknown-staff": (
        "I've written it down, and the shop's team will answer you",
        "Your question is noted, and the shop's team will get back to you",
    ),
    "no-link": ("There's nothing at that link", "That link number is empty"),
    "no-link-how": ("Have a look at the others in the basket", "Please check the number"),
    "which": ("Which product do you mean", "Which one do you mean"),
    "which-how": ("Type its link number for me", "Send me its link number"),
    "greeting": ("Welcome to the stream", "Hi, welcome in"),
    "greeting-how": ("Type anything you'd like to know", "Ask me about any product"),
    "host": ("I'm an AI host", "I'm an AI-generated host"),
    "host-how": ("What I say comes from the shop's own notes", "I speak from the shop's notes"),
    "complaint": ("I'm sorry about that", "I'm sorry for the trouble"),
    "complaint-how": ("I've written it down", "Your message is noted"),
    "complaint-staff": (
        "Please send your order number to customer service, and the team will handle it",
        "Please contact customer service with your order, and the team will take care of it",
    ),
}


def wordings(lang: Lang) -> Wordings:
    """The table of one language."""
    return ZH if lang == "zh" else EN
