"""Which column is which."""

import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.stages.data.columns import Columns, Wish, find
from luthier.stages.data.formats._table import placed

COUNT = 60
TEXTS = [f"the {n}. sentence of them all is here" for n in range(COUNT)]
LABELS = ["ham" if n % 3 else "spam" for n in range(COUNT)]


def found(wish: Wish = Wish(), *, need_label: bool = True, **columns: list[str] | None) -> Columns:  # noqa: B008
    """Columns of a table."""
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return find(placed(table, "x.csv"), wish, where="x.csv", need_label=need_label)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("text", "label"),
        ("Sentence", "Target"),
        ("review", "sentiment"),
        ("文本", "标签"),
        ("内容", "类别"),
        ("v2", "v1"),
    ],
)
def test_by_name(text: str, label: str) -> None:
    """Names of other tools and languages, whatever their case."""
    columns = found(**{label: LABELS, "note": TEXTS, text: TEXTS})

    assert (columns.text, columns.label) == (text, label)
    assert columns.how == {"text": "by its name", "label": "by its name"}


def test_by_look() -> None:
    """The only texts and the only column of few values."""
    columns = found(a=LABELS, b=TEXTS, c=[str(n / 7) for n in range(COUNT)])

    assert (columns.text, columns.label) == ("b", "a")
    assert columns.how["text"] == "by its look: the only column of texts"


def test_by_look_in_chinese() -> None:
    """Short texts without blanks are texts all the same."""
    columns = found(a=[f"质量很好{n}" for n in range(COUNT)], b=LABELS)

    assert (columns.text, columns.label) == ("a", "b")


def test_numbers_as_labels() -> None:
    """A column of few numbers is the label where no column of few words is."""
    assert (
        found(text=TEXTS, width=[str(n / 7) for n in range(COUNT)], flag=[str(n % 2) for n in range(COUNT)]).label
        == "flag"
    )


def test_a_column_of_splits_is_no_label() -> None:
    """It has few values too."""
    assert found(text=TEXTS, split=LABELS, kind=LABELS).label == "kind"


def test_named_by_the_user() -> None:
    """The user's word stands above every look."""
    columns = found(Wish(text="note", label="kind"), text=TEXTS, note=TEXTS, label=LABELS, kind=LABELS)

    assert (columns.text, columns.label) == ("note", "kind")
    assert columns.how == {"text": "named by you", "label": "named by you"}


def test_name_of_a_label_without_few_values() -> None:
    """A label named so is taken even where it has many values: the reader says so if that cannot work."""
    assert found(text=TEXTS, label=[f"class{n}" for n in range(COUNT)]).label == "label"


def test_texts_alone() -> None:
    """To predict, no label is asked for."""
    assert found(need_label=False, text=TEXTS).label is None


GROUPS = [f"u{n % 15}" for n in range(COUNT)]


@pytest.mark.parametrize("name", ["user_id", "author", "Film", "thread_id", "userid", "screen_name", "doc", "用户"])
def test_group_by_name(name: str) -> None:
    """An id-like name with repeats is used as the group."""
    columns = found(text=TEXTS, label=LABELS, **{name: GROUPS})

    assert columns.group == name
    assert columns.how["group"] == "by its name; its 15 values repeat"
    assert next(look for look in columns.seen if look.name == name).used_as == "group"


def test_no_group_wanted() -> None:
    """The word "none" keeps a detected group from being used; it is still shown as one."""
    columns = found(Wish(group="none"), text=TEXTS, label=LABELS, user=GROUPS)

    assert columns.group is None
    assert next(look for look in columns.seen if look.name == "user").kind == "group"


def test_group_by_look_is_only_noted() -> None:
    """Id-like values without an id-like name are shown, not used."""
    columns = found(text=TEXTS, label=LABELS, mark=[f"x{n % 40}" for n in range(COUNT)])

    assert columns.group is None
    assert next(look for look in columns.seen if look.name == "mark").kind == "group"


@pytest.mark.parametrize("values", [[f"u{n}" for n in range(COUNT)], ["u"] * COUNT], ids=["no repeats", "constant"])
def test_no_group(values: list[str]) -> None:
    """Without repeats, or with one value, an id-like column says nothing about the split."""
    assert found(text=TEXTS, label=LABELS, user=values).group is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([f"2026-01-{n % 28 + 1:02}" for n in range(COUNT)], "time"),
        ([f"{n % 28 + 1}/3/2026" for n in range(COUNT)], "time"),
        ([f"2026年1月{n % 28 + 1}日" for n in range(COUNT)], "time"),
        ([str(n * 1.5) for n in range(COUNT)], "number"),
        ([""] * COUNT, "other"),
    ],
)
def test_kinds(values: list[str], kind: str) -> None:
    """How a column looks; date-like ones are noted and not used."""
    columns = found(text=TEXTS, label=LABELS, more=values)

    assert next(look for look in columns.seen if look.name == "more").kind == kind
    assert columns.time is None


def test_missing_and_distinct() -> None:
    """Empty and null count as missing."""
    look = next(look for look in found(text=TEXTS, label=LABELS, z=["", None, "a"] * 20).seen if look.name == "z")  # type: ignore[list-item]

    assert look.missing == 40


def test_no_columns_to_choose_from() -> None:
    """The error names the columns that are there."""
    with pytest.raises(InputError, match=r"x.csv: several columns look like text \(a, b\)"):
        found(a=TEXTS, b=TEXTS, label=LABELS)
