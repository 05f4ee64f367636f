"""Tokens, and the tickets derived from them."""

from eventsapp.core.tokens import derived_token, digest, keyed_digest, new_token


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {32}


def test_a_ticket_is_the_same_each_time_and_says_nothing_of_its_token() -> None:
    token = new_token()
    ticket = derived_token(token, "ticket")
    assert ticket == derived_token(token, "ticket")
    assert len(ticket) == 20
    assert ticket != derived_token(token, "other")
    assert ticket != derived_token(new_token(), "ticket")
    assert token not in ticket
    assert not set("ILOU") & set(ticket)


def test_a_digest_is_a_digest() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert keyed_digest("127.0.0.1", "one") != keyed_digest("127.0.0.1", "two")
