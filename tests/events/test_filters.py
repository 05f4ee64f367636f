"""Filters in addresses: what they mean, and that the same selection has the same address."""

from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from eventsapp.events.filters import FILTER_NAMES, EventFilter, UnknownFilter

LABELS = {
    ("typ", "utbildningsdag"): "Utbildningsdag",
    ("typ", "konferens"): "Konferens",
    ("lan", "24"): "Västerbottens län",
    ("kommun", "2480"): "Umeå",
}


def parse(query: str, *, strict: bool = False) -> EventFilter:
    return EventFilter.from_args(MultiDict(parse_qsl(query, keep_blank_values=True)), strict=strict)


def test_every_filter_of_the_address_is_read():
    selection = parse(
        "typ=konferens&lan=24&kommun=2480&malgrupp=skola&amne=jamstalldhet&arrangor=lansstyrelsen-vasterbotten"
        "&serie=demokratimorgon&form=digitalt&sprak=en&q=våld i nära"
    )
    assert selection == EventFilter(
        typ=("konferens",),
        lan=("24",),
        kommun=("2480",),
        malgrupp=("skola",),
        amne=("jamstalldhet",),
        arrangor=("lansstyrelsen-vasterbotten",),
        serie=("demokratimorgon",),
        form=("digitalt",),
        sprak=("en",),
        q=("i", "nära", "våld"),
    )
    assert set(FILTER_NAMES) == {name for name, _ in selection.pairs()}


def test_same_selection_has_same_address_however_it_was_typed():
    one = parse("q=Våld++SKOLA&typ=konferens&lan=&typ=utbildningsdag&typ=konferens")
    other = parse("typ=utbildningsdag&typ=konferens&q=skola&q=våld")
    assert one == other
    assert one.to_query() == "typ=konferens&typ=utbildningsdag&q=skola+v%C3%A5ld"


def test_both_ways_of_taking_part_is_no_choice():
    assert parse("form=plats&form=digitalt") == EventFilter()


def test_empty_values_and_an_empty_query_select_everything():
    assert parse("typ=&q=+&lan=").is_empty
    assert parse("", strict=True).is_empty
    assert EventFilter().to_query() == ""
    assert EventFilter().in_words({}) == ""


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("utm_source=brev", "Filtret utm_source finns inte."),
        ("sida=2", "Filtret sida finns inte."),
        ("form=hybrid", "Filtret form kan inte ha värdet hybrid."),
        ("sprak=klingonska", "Filtret sprak kan inte ha värdet klingonska."),
        ("typ=a'b", "Filtret typ kan inte ha värdet a'b."),
        ("kommun=" + "9" * 81, "Filtret kommun kan inte ha värdet " + "9" * 80 + "."),
        ("&".join(f"amne=a{number}" for number in range(51)), "Filtret amne har för många värden."),
    ],
)
def test_a_feed_refuses_what_a_page_leaves_out(query: str, sentence: str):
    with pytest.raises(UnknownFilter) as refused:
        parse(query, strict=True)
    assert refused.value.message == sentence
    assert all(len(getattr(parse(query), name)) <= 50 for name in FILTER_NAMES)


def test_a_page_leaves_unusable_values_out_and_keeps_the_others():
    assert parse("form=hybrid&form=plats&typ=a'b&typ=konferens&x=1") == EventFilter(
        form=("plats",), typ=("konferens",)
    )


def test_codes_that_nobody_has_are_refused_or_left_out():
    selection = parse("typ=konferens&typ=saknas&lan=99&form=plats&q=ord")
    assert selection.unknown_to(LABELS) == [("typ", "saknas"), ("lan", "99")]
    assert selection.only_known(LABELS) == EventFilter(typ=("konferens",), form=("plats",), q=("ord",))
    with pytest.raises(UnknownFilter, match=r"Filtret typ kan inte ha värdet saknas\."):
        selection.require_known(LABELS)
    parse("typ=konferens&form=plats&q=ord").require_known(LABELS)


def test_one_value_can_be_taken_away():
    selection = parse("typ=konferens&typ=utbildningsdag&lan=24&q=våld skola")
    assert selection.without("typ", "konferens").typ == ("utbildningsdag",)
    assert selection.without("typ").typ == ()
    assert selection.without("q", "skola våld").q == ()
    assert selection.without("lan", "24").lan == ()
    assert selection.without("lan", "25") == selection


def test_a_selection_in_words():
    selection = parse("typ=konferens&typ=utbildningsdag&lan=24&form=digitalt&sprak=en&q=våld")
    assert (
        selection.in_words(LABELS)
        == "Konferens eller Utbildningsdag, Västerbottens län, Digitalt, Engelska, sökning ”våld”"
    )


def test_values_are_what_url_for_takes():
    assert parse("typ=konferens&typ=utbildningsdag&q=b a").values() == {
        "typ": ["konferens", "utbildningsdag"],
        "q": ["a b"],
    }


_codes = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "typ": st.lists(_codes, max_size=4),
            "kommun": st.lists(_codes, max_size=4),
            "form": st.lists(st.sampled_from(["plats", "digitalt"]), max_size=3),
            "sprak": st.lists(st.sampled_from(["sv", "en", "swl", "fit"]), max_size=3),
            "q": st.lists(st.text(max_size=30), max_size=2),
        },
    )
)
def test_an_address_means_the_selection_it_was_made_from(args: dict[str, list[str]]):
    selection = EventFilter.from_args(MultiDict(args))
    assert parse(selection.to_query(), strict=True) == selection
    assert parse(selection.to_query()).to_query() == selection.to_query()


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=40), max_size=3), max_size=5))
def test_no_address_is_too_odd_to_be_read(args: dict[str, list[str]]):
    EventFilter.from_args(MultiDict(args))
    with suppress(UnknownFilter):
        EventFilter.from_args(MultiDict(args), strict=True)
