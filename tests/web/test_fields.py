"""The shared fields take what people write, and refuse the rest with a sentence."""

from datetime import time

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, StringField

from eventsapp.web.fields import (
    ChoiceField,
    ClockField,
    RowsField,
    TicksField,
    WebAddressField,
    WholeNumberField,
    choices_of,
    is_web_address,
)


class Row(Form):
    title = StringField()


class Sample(Form):
    number = WholeNumberField(maximum=500)
    clock = ClockField()
    one = ChoiceField(choices=choices_of([("a", "A"), ("b", "B")]))
    several = TicksField(choices=choices_of([("a", "A"), ("b", "B")]))
    address = WebAddressField()
    rows = RowsField(FormField(Row), max_entries=3)


def sample(**values: str) -> Sample:
    form = Sample(MultiDict({"one": "a"} | values))
    form.validate()
    return form


@pytest.mark.usefixtures("app")
class TestFields:
    @pytest.mark.parametrize(
        ("text", "number"), [("", None), ("0", 0), (" 80 ", 80), ("5 00", 500), ("5\u00a000", 500)]
    )
    def test_numbers(self, text: str, number: int | None) -> None:
        form = sample(number=text)
        assert (form.number.data, list(form.number.errors)) == (number, [])

    @pytest.mark.parametrize("text", ["-1", "501", "1.5", "många", "9" * 5000, "٣", "1e3"])
    def test_what_is_no_number(self, text: str) -> None:
        form = sample(number=text)
        assert form.number.errors == ["Skriv ett helt tal mellan 0 och 500."]
        assert form.number.raw_data == [text]

    @pytest.mark.parametrize(
        ("text", "clock"),
        [
            ("09:00", time(9)),
            ("9", time(9)),
            ("9.30", time(9, 30)),
            ("0930", time(9, 30)),
            ("09:00:00", time(9)),
        ],
    )
    def test_times_of_day(self, text: str, clock: time) -> None:
        assert sample(clock=text).clock.data == clock

    @pytest.mark.parametrize("text", ["24:00", "12:60", "nio", "-1", "9" * 5000])
    def test_what_is_no_time(self, text: str) -> None:
        form = sample(clock=text)
        assert form.clock.errors == ["Skriv tiden som 09.00."]
        assert form.clock.raw_data == [text]

    def test_only_what_is_offered_can_be_chosen(self) -> None:
        assert sample(one="b").one.errors == []
        assert sample(one="c").one.errors == ["Välj ett av alternativen."]
        assert sample(several="c").several.errors == ["Välj bland alternativen."]

    def test_rows_with_strange_numbers_are_left_out(self) -> None:
        names = [
            "rows-0-title",
            "rows-7-title",
            "rows-²-title",
            "rows-" + "9" * 5000 + "-title",
            "rows--title",
        ]
        form = sample(**dict.fromkeys(names, "x"))
        assert [row.title.data for row in form.rows] == ["x", "x"]

    def test_an_address_gets_its_https(self) -> None:
        assert sample(address="www.exempel.se/program").address.data == "https://www.exempel.se/program"
        assert sample(address="javascript:alert(1)").address.errors == [
            "Skriv en webbadress som börjar med https://"
        ]


@pytest.mark.parametrize(
    "address",
    ["https://exempel.se", "http://exempel.se:8080/a?b=c#d", "https://åäö.se/ö", "https://1.2.3.4/"],
)
def test_web_addresses(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "exempel.se",
        "ftp://exempel.se",
        "https://",
        "https://exempel",
        "https://a b.se",
        "https://user:word@exempel.se",
        "https://exempel.se:99999999",
        "https://[::1",
        "https://exempel.se/" + "x" * 2000,
    ],
)
def test_what_is_no_web_address(address: str) -> None:
    assert not is_web_address(address)
