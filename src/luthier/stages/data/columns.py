"""Which column holds what: by the user's word, by name, or by look; and how each column looks.

Names come from what Hugging Face scripts, AutoTrain, SetFit, simpletransformers and Kaggle sets use, and from common
Chinese ones.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.data import Column

TEXT_NAMES = (
    *("text", "sentence", "content", "review", "tweet", "message", "comment", "body", "document", "utterance"),
    *("review_text", "review_body", "tweet_text", "comment_text", "full_text", "clean_text", "text_a", "texts", "sms"),
    *("post", "article", "passage", "news", "query", "question", "abstract", "description", "input", "prompt", "v2"),
    *("headline", "title", "文本", "内容", "正文", "评论", "句子", "文章", "评价", "标题", "问题"),
)
LABEL_NAMES = (
    *("label", "labels", "target", "class", "category", "sentiment", "intent", "topic", "label_text", "emotion"),
    *("polarity", "tag", "y", "gold_label", "coarse_label", "label_coarse", "output", "is_spam", "spam", "toxic"),
    *("airline_sentiment", "stars", "rating", "overall", "score", "v1", "标签", "类别", "分类", "类目", "情感", "意图"),
)
SPLIT_NAMES = ("split", "partition", "subset", "set")
TIME_NAMES = (
    *("date", "time", "timestamp", "datetime", "created_at", "created", "published", "published_at", "posted_at"),
    *("日期", "时间", "发布时间"),
)
_GROUP = re.compile(
    r"(^|_)(user|author|speaker|reviewer|customer|patient|writer|annotator|account|screen_name|username|doc|document|"
    r"article|thread|conversation|dialogue|dialog|session|film|movie|product|item|asin|business|hotel|restaurant|app|"
    r"url|domain|subreddit|channel|group|source|video|book|paper|case|episode)(name)?(_?(id|name|title|uid|key))?$"
    r"|用户|作者|商品|会话|文档"
)
_KEY = re.compile(r"^(id|idx|index|guid|uuid|uid|key|column_1|row|no|编号|序号)$|_id$|^unnamed")
_DATE = re.compile(
    r"\s*(\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}|\b)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\w{3} \w{3} \d\d \d\d:)"
)
_SAMPLE = 5000
NO_GROUP = "none"

Kind = Literal["text", "label", "group", "key", "time", "number", "other"]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a run.

    Attributes:
        text: column of the text.
        label: column of the label; None where no label was asked for.
        group: column whose values stay on one side of the split, or None.
        time: column that orders the split, or None.
        how: "text", "label", "group" and "time" to how the column was found, as a clause for people.
        seen: every column as it looks.
    """

    text: str
    label: str | None
    group: str | None
    time: str | None
    how: dict[str, str]
    seen: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Column names that the user gave; None means: find it. The group "none" means: keep no group together."""

    text: str | None = None
    label: str | None = None
    group: str | None = None
    time: str | None = None


def find(table: pa.Table, wish: Wish, *, where: str, need_label: bool = True) -> Columns:
    """Choose the columns.

    Text and label are taken by the user's word, else by name, else by look: the longest varied texts, and the one
    column of few values. A group column is taken by word or by name, where it repeats; by look it is only noted.
    A time column is taken by word only, since ordering changes what the test measures.

    Args:
        table: a table of `Raw`.
        wish: what the user named.
        where: the data, for errors.
        need_label: False for texts that are only to be predicted.

    Raises:
        InputError: a named column is not there, none can be told, or several look alike.
    """
    looks = {name: _look(table, name) for name in _user_columns(table)}
    grouped = wish.group != NO_GROUP or NO_GROUP in looks
    wish = wish if grouped else replace(wish, group=None)
    for name in (wish.text, wish.label, wish.group, wish.time):
        if name is not None and name not in looks:
            raise InputError(
                f"there is no column '{name}'", where=where, next_step=f"choose one of {', '.join(looks) or '(none)'}"
            )
    how: dict[str, str] = {}
    text = _text(looks, wish, where, how)
    label = _label(looks, wish, text, where, how) if need_label else None
    group = wish.group or (_group(looks, {text, label}, how) if grouped else None)
    if wish.group is not None:
        how["group"] = "named by you"
    if wish.time is not None:
        how["time"] = "named by you"
    used: dict[str | None, Literal["text", "label", "group", "time"]]
    used = {wish.time: "time", group: "group", label: "label", text: "text"}
    used.pop(None, None)
    seen = tuple(_as_used(look, used.get(look.name)) for look in looks.values())
    return Columns(text, label, group, wish.time, how, seen)


def _user_columns(table: pa.Table) -> list[str]:
    return [name.removeprefix("extra:") for name in table.column_names if name.startswith("extra:")]


def _as_used(look: Column, used_as: Literal["text", "label", "group", "time"] | None) -> Column:
    return look if used_as is None else replace(look, kind=used_as, used_as=used_as)


def _look(table: pa.Table, name: str) -> Column:
    column = table[f"extra:{name}"]
    missing = pc.sum(pc.fill_null(pc.equal(column, ""), True)).as_py() or 0
    distinct = pc.count_distinct(column, mode="only_valid").as_py()
    sample = [value for value in column.slice(0, _SAMPLE).to_pylist() if value and value.strip()]
    return Column(name, _kind(name.strip().lower(), sample, distinct, len(column) - missing), distinct, missing)


def _kind(name: str, sample: list[str], distinct: int, filled: int) -> Kind:
    if not sample:
        return "other"
    length = sum(map(len, sample)) / len(sample)
    if _share(_DATE.match(value) is not None and len(value) < 40 for value in sample) > 0.9:
        return "time"
    numbers = _share(_is_number(value) for value in sample) > 0.99
    if numbers and name in TIME_NAMES:
        return "time"
    if distinct == filled and (_KEY.search(name) or _GROUP.search(name)):
        return "key"
    if distinct < filled and distinct > 10 and _GROUP.search(name) and length < 80:
        return "group"
    few = distinct <= max(20, min(filled // 20, 200))
    if numbers:
        return "label" if few and name in LABEL_NAMES else "number"
    if few and length < 60:
        return "label"
    if length >= 20 or _share(" " in value.strip() for value in sample) > 0.5 or not all(map(str.isascii, sample)):
        return "text"
    return "key" if distinct == filled else "group" if distinct < 0.9 * filled else "other"


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _text(looks: dict[str, Column], wish: Wish, where: str, how: dict[str, str]) -> str:
    if wish.text is not None:
        how["text"] = "named by you"
        return wish.text
    free = {name: look for name, look in looks.items() if name not in {wish.label, wish.group, wish.time}}
    named = _by_name(free, TEXT_NAMES, {"text", "label", "key", "group", "other"})
    if named is not None:
        how["text"] = "by its name"
        return named
    texts = [name for name, look in free.items() if look.kind == "text"]
    if len(texts) == 1:
        how["text"] = "by its look: the only column of texts"
        return texts[0]
    found = f"several columns look like text ({', '.join(texts)})" if texts else "no column looks like text"
    raise InputError(f"{found}; the columns are {', '.join(looks)}", where=where, next_step="name it: --text COLUMN")


def _label(looks: dict[str, Column], wish: Wish, text: str, where: str, how: dict[str, str]) -> str:
    if wish.label is not None:
        how["label"] = "named by you"
        return wish.label
    free = {name: look for name, look in looks.items() if name not in {text, wish.group, wish.time}}
    named = _by_name(free, LABEL_NAMES, {"label", "number", "text", "key", "group", "other"})
    if named is not None:
        how["label"] = "by its name"
        return named
    few = [name for name, look in free.items() if look.kind == "label" and name.strip().lower() not in SPLIT_NAMES]
    if not few:
        few = [name for name, look in free.items() if look.kind == "number" and 2 <= look.distinct <= 20]
    if len(few) == 1:
        how["label"] = "by its look: the only column of few values"
        return few[0]
    found = f"several columns could be the label ({', '.join(few)})" if few else "no column looks like a label"
    raise InputError(f"{found}; the columns are {', '.join(looks)}", where=where, next_step="name it: --label COLUMN")


def _by_name(looks: dict[str, Column], names: Iterable[str], kinds: set[str]) -> str | None:
    by_lower = {name.strip().lower().replace(" ", "_"): name for name in looks}
    fitting = (by_lower[name] for name in names if name in by_lower and looks[by_lower[name]].kind in kinds)
    return next(fitting, None)


def _group(looks: dict[str, Column], taken: set[str | None], how: dict[str, str]) -> str | None:
    """The id-like column with the most values, by name. It must repeat, and be no constant."""
    named = [
        look
        for name, look in looks.items()
        if name not in taken and look.kind == "group" and _GROUP.search(name.strip().lower())
    ]
    if not named:
        return None
    chosen = max(named, key=lambda look: look.distinct)
    how["group"] = f"by its name; its {chosen.distinct} values repeat"
    return chosen.name
