"""Accounts and teams, for administrators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.accounts import operations
from eventsapp.accounts.forms import NO_TEAM, InvitationForm, TeamForm, UserForm, cleaned_query
from eventsapp.accounts.models import Reach
from eventsapp.accounts.operations import UserFacts
from eventsapp.accounts.queries import AccountState, get_team, get_user, members_per_team, teams, users_page
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission, Role
from eventsapp.web.forms import ActionForm
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("accounts_staff", __name__)


@page(bp, "/personal/konton", "/staff/accounts")
@staff_required(Permission.MANAGE_ACCOUNTS)
def users() -> ResponseReturnValue:
    query = cleaned_query(request.args.get("q", ""))
    state = request.args.get("lage", "")
    role = request.args.get("roll", "")
    team_id = request.args.get("arbetslag", type=int)
    found = users_page(
        number=requested_page(),
        query=query,
        state=AccountState(state) if state in set(AccountState) else None,
        role=Role(role) if role in set(Role) else None,
        team_id=team_id,
    )
    return render_template(
        "accounts/users.html",
        found=found,
        query=query,
        state=state,
        role=role,
        team_id=team_id or "",
        team_choices=[(team.id, team.name) for team in teams()],
    )


@page(bp, "/personal/konton/ny", "/staff/accounts/new", methods=("GET", "POST"))
@staff_required(Permission.MANAGE_ACCOUNTS)
def invite() -> ResponseReturnValue:
    form = InvitationForm()
    form.offer_teams(teams())
    if form.validate_on_submit():
        try:
            user = operations.invite_user(form.email.data or "", _facts(form), actor=current_actor())
            db.session.commit()
            flash(gettext("En inbjudan skickas till %(email)s.", email=user.email))
            return redirect(url_for("accounts_staff.users"))
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/invite.html", form=form)


@page(bp, "/personal/konton/<int:user_id>", "/staff/accounts/<int:user_id>", methods=("GET", "POST"))
@staff_required(Permission.MANAGE_ACCOUNTS)
def user(user_id: int) -> ResponseReturnValue:
    shown = get_user(user_id)
    form = UserForm(obj=shown, team_id=str(shown.team_id or NO_TEAM)) if not request.form else UserForm()
    form.offer_teams(teams())
    if form.validate_on_submit():
        try:
            operations.update_user(shown, _facts(form), actor=current_actor())
            db.session.commit()
            flash(gettext("Kontot är sparat."))
            return redirect(url_for("accounts_staff.user", user_id=user_id))
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/user.html", form=form, user=shown, action_form=ActionForm(formdata=None))


@page(bp, "/personal/konton/<int:user_id>/stang", "/staff/accounts/<int:user_id>/close", methods=("POST",))
@staff_required(Permission.MANAGE_ACCOUNTS)
def close(user_id: int) -> ResponseReturnValue:
    shown = get_user(user_id)
    if ActionForm().validate_on_submit():
        operations.close_user(shown, actor=current_actor())
        db.session.commit()
        flash(gettext("Kontot är stängt."))
    return _back_to(user_id)


@page(bp, "/personal/konton/<int:user_id>/oppna", "/staff/accounts/<int:user_id>/reopen", methods=("POST",))
@staff_required(Permission.MANAGE_ACCOUNTS)
def reopen(user_id: int) -> ResponseReturnValue:
    shown = get_user(user_id)
    if ActionForm().validate_on_submit():
        operations.reopen_user(shown, actor=current_actor())
        db.session.commit()
        flash(gettext("Kontot är öppet igen."))
    return _back_to(user_id)


@page(bp, "/personal/konton/<int:user_id>/bjud-in", "/staff/accounts/<int:user_id>/invite", methods=("POST",))
@staff_required(Permission.MANAGE_ACCOUNTS)
def invite_again(user_id: int) -> ResponseReturnValue:
    shown = get_user(user_id)
    if ActionForm().validate_on_submit():
        operations.resend_invitation(shown, actor=current_actor())
        db.session.commit()
        flash(gettext("En ny inbjudan skickas till %(email)s.", email=shown.email))
    return _back_to(user_id)


def _back_to(user_id: int) -> ResponseReturnValue:
    return redirect(url_for("accounts_staff.user", user_id=user_id))


@page(bp, "/personal/konton/arbetslag", "/staff/accounts/teams", methods=("GET", "POST"))
@staff_required(Permission.MANAGE_ACCOUNTS)
def team_list() -> ResponseReturnValue:
    form = TeamForm()
    if form.validate_on_submit():
        try:
            team = operations.create_team(form.name.data or "", actor=current_actor())
            db.session.commit()
            flash(gettext("Arbetslaget %(name)s finns nu.", name=team.name))
            return redirect(url_for("accounts_staff.team_list"))
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/teams.html", form=form, teams=teams(), members=members_per_team())


@page(
    bp,
    "/personal/konton/arbetslag/<int:team_id>",
    "/staff/accounts/teams/<int:team_id>",
    methods=("GET", "POST"),
)
@staff_required(Permission.MANAGE_ACCOUNTS)
def team(team_id: int) -> ResponseReturnValue:
    shown = get_team(team_id)
    before = shown.name
    form = TeamForm(obj=shown)
    if form.validate_on_submit():
        try:
            operations.rename_team(shown, form.name.data or "", actor=current_actor())
            db.session.commit()
            flash(gettext("Namnet är ändrat."))
            return redirect(url_for("accounts_staff.team_list"))
        except DomainError as error:
            form.reject(error)
    return render_template("accounts/team.html", form=form, name=before)


def _facts(form: UserForm) -> UserFacts:
    return UserFacts(
        name=form.name.data or "",
        role=Role(form.role.data),
        reach=Reach(form.reach.data),
        team_id=int(form.team_id.data) or None,
        language=form.language.data,
        may_open_protected=bool(form.may_open_protected.data),
    )
