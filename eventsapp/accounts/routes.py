"""Signing in and out, and everything about one's own password."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.accounts.forms import (
    ChangePasswordForm,
    ChoosePasswordForm,
    ForgottenPasswordForm,
    SignInForm,
    SignOutForm,
)
from eventsapp.accounts.letters import render_forgotten
from eventsapp.accounts.limits import (
    may_ask_for_letter,
    may_ask_for_letters,
    may_try_to_sign_in,
    may_use_link,
    note_right_password,
    note_wrong_password,
)
from eventsapp.accounts.models import User
from eventsapp.accounts.operations import choose_password as use_link
from eventsapp.accounts.operations import note_sign_in, request_new_password, set_password
from eventsapp.accounts.passwords import hash_password, needs_new_hash, password_fits
from eventsapp.accounts.queries import find_signed_in_user, find_usable_link, find_user_by_email, get_user
from eventsapp.accounts.resuming import PostedForm, local_path, unpacked
from eventsapp.accounts.rules import require_good_password
from eventsapp.accounts.sign_in import end_session, start_session
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.web.forms import RESUMED, ActionForm
from eventsapp.web.guards import client_address, current_actor, public, staff_required
from eventsapp.web.pages import page

bp = Blueprint("accounts", __name__)


class TooManyTries(DomainError):
    """The limit is reached; waiting helps."""

    status = 429


@page(bp, "/personal/logga-in", "/staff/sign-in", methods=("GET", "POST"))
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    target = local_path(request.args.get("next", "")) or url_for("desk.start")
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(target)
    status = 200
    if form.validate_on_submit():
        try:
            user = _checked_user(form.email.data or "", form.password.data or "")
        except DomainError as error:
            form.reject(error)
            status = error.status if isinstance(error, TooManyTries) else 200
        else:
            start_session(user)
            waiting = unpacked(form.resume.data or "")
            return _resume_page(waiting) if waiting is not None else redirect(target)
    return _sign_in_page(form, status)


def _checked_user(email: str, password: str) -> User:
    """The user whose address and password these are. The count of tries is committed before the password is looked at,
    and the slow look happens between two transactions; whatever is wrong, the sentence is the same."""
    address = client_address()
    allowed = may_try_to_sign_in(email, address)
    user = find_user_by_email(email)
    user_id, stamp = (user.id, user.session_stamp) if user is not None else (0, "")
    stored = user.password_hash if user is not None and user.is_active else None
    db.session.commit()
    if not allowed:
        raise TooManyTries(gettext("Det har blivit för många försök. Vänta en kvart och försök igen."))
    fits = password_fits(stored, password)
    new_hash = hash_password(password) if fits and needs_new_hash(stored or "") else None
    # The account may have been closed, or its password changed, in the meantime.
    user = find_signed_in_user(user_id, stamp) if fits else None
    if user is None:
        note_wrong_password(address)
        db.session.commit()
        raise DomainError(gettext("E-postadressen eller lösenordet stämmer inte."))
    note_right_password(email, address)
    note_sign_in(user, new_hash)
    db.session.commit()
    return user


def show_sign_in(waiting: PostedForm) -> ResponseReturnValue:
    """The sign-in page in place of a page that was posted to, with what was posted kept in it."""
    return _sign_in_page(SignInForm(formdata=None, resume=waiting.packed()), 401)


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form), status


def _resume_page(waiting: PostedForm) -> ResponseReturnValue:
    return render_template(
        "accounts/resume.html", form=ActionForm(formdata=None), waiting=waiting, resumed=RESUMED
    )


@page(bp, "/personal/logga-ut", "/staff/sign-out", methods=("POST",))
@public
def sign_out() -> ResponseReturnValue:
    form = SignOutForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_out.html", form=form)
    end_session()
    flash(gettext("Du är utloggad."))
    return redirect(url_for("accounts.sign_in"))


@page(bp, "/personal/losenord", "/staff/password", methods=("GET", "POST"))
@staff_required(Permission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            new_hash = _changed_password(form.old_password.data or "", form.new_password.data or "")
            user = get_user(current_user.id)
            set_password(user, new_hash, actor=current_actor())
            db.session.commit()
            start_session(user)
            flash(gettext("Lösenordet är bytt. Du är utloggad överallt utom här."))
            return redirect(url_for("accounts.change_password"))
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/change_password.html", form=form)


def _changed_password(old: str, new: str) -> str:
    """The hash of the new password, once the old one is right; made outside any transaction."""
    email, name, stored = current_user.email, current_user.name, current_user.password_hash
    allowed = may_try_to_sign_in(email, client_address())
    db.session.commit()
    if not allowed:
        raise TooManyTries(gettext("Det har blivit för många försök. Vänta en kvart och försök igen."))
    if not password_fits(stored, old):
        raise DomainError(gettext("Det är inte ditt lösenord nu."), "old_password")
    require_good_password(new, email=email, name=name)
    return hash_password(new)


@page(bp, "/personal/glomt-losenord", "/staff/forgotten-password", methods=("GET", "POST"))
@public
def forgotten_password() -> ResponseReturnValue:
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        # The letter is made for every address, so that the time does not tell which ones have an account.
        rendered = render_forgotten(g.lang)
        email = form.email.data or ""
        allowed = may_ask_for_letters(client_address())
        if allowed and may_ask_for_letter(email):
            request_new_password(email, g.lang, rendered)
        db.session.commit()
        if allowed:
            return redirect(url_for("accounts.password_letter_sent"))
        form.reject(TooManyTries(gettext("Det har blivit för många försök. Vänta en kvart och försök igen.")))
        return render_template("accounts/forgotten_password.html", form=form), TooManyTries.status
    return render_template("accounts/forgotten_password.html", form=form)


@page(bp, "/personal/glomt-losenord/skickat", "/staff/forgotten-password/sent")
@public
def password_letter_sent() -> ResponseReturnValue:
    return render_template("accounts/password_letter_sent.html")


@page(bp, "/personal/valj-losenord/<token>", "/staff/choose-password/<token>", methods=("GET", "POST"))
@public
def choose_password(token: str) -> ResponseReturnValue:
    form = ChoosePasswordForm()
    link = find_usable_link(token, now())
    if link is None:
        return _link_over()
    email, name = link.user.email, link.user.name
    if form.validate_on_submit():
        # The transaction ends here: the hash is too slow to be made inside one.
        allowed = may_use_link(client_address())
        db.session.commit()
        try:
            if not allowed:
                raise TooManyTries(
                    gettext("Det har blivit för många försök. Vänta en kvart och försök igen.")
                )
            require_good_password(form.new_password.data or "", email=email, name=name)
            use_link(token, hash_password(form.new_password.data or ""))
            db.session.commit()
            flash(gettext("Lösenordet är sparat. Logga in med det."))
            return redirect(url_for("accounts.sign_in"))
        except NotFound:
            return _link_over()
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/choose_password.html", form=form, email=email)


def _link_over() -> ResponseReturnValue:
    return render_template("accounts/link_over.html"), 404
