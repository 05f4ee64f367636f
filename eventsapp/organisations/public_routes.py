"""Suggestions for the picker of organisations."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from eventsapp.organisations.queries import suggest as suggestions_for
from eventsapp.organisations.queries import suggest_by_domain
from eventsapp.web.guards import public
from eventsapp.web.pages import page

bp = Blueprint("organisations_public", __name__)


@page(bp, "/organisationer", "/organisations")
@public
def suggest() -> Response:
    """[{id, name, note}] for `?q=` or `?domain=`; only official organisations, so nothing that a person wrote."""
    query = request.args.get("q", "")
    found = suggestions_for(query) if query else suggest_by_domain(request.args.get("domain", ""))
    response = jsonify([asdict(suggestion) for suggestion in found])
    response.headers["Cache-Control"] = "public, max-age=600"
    return response
