"""What the rules of accounts say no to."""

from flask_babel import lazy_gettext

from shared.errors import NotFound, Refusal


class OrganisationNameTaken(Refusal):
    """Two organisations with one name would be mixed up."""

    sentence = lazy_gettext("There is already an organisation with this name.")
    field = "organisation"


class AddressUnreadable(Refusal):
    """Not an e-mail address."""

    status = 422
    sentence = lazy_gettext("Fill in an e-mail address, such as name@example.nl.")
    field = "email"


class AddressTaken(Refusal):
    """One address, one account."""

    sentence = lazy_gettext("There is already an account with this e-mail address.")
    field = "email"


class RoleUnknown(Refusal):
    """Not a role that staff can have, or none at all."""

    status = 422
    sentence = lazy_gettext("Choose at least one role from the list.")
    field = "roles"


class PasswordTooShort(Refusal):
    """Short passwords are guessed."""

    status = 422
    sentence = lazy_gettext("Choose a password of at least %(least)s characters. A few words in a row work well.")
    field = "password"


class PasswordTooLong(Refusal):
    """Longer than anybody types."""

    status = 422
    sentence = lazy_gettext("Choose a password of at most %(most)s characters.")
    field = "password"


class PasswordIsAddress(Refusal):
    """The first thing that somebody would try."""

    status = 422
    sentence = lazy_gettext("Choose a password that is not your e-mail address.")
    field = "password"


class PasswordWrong(Refusal):
    """The present password, asked before it is changed."""

    status = 422
    sentence = lazy_gettext("This is not your present password.")
    field = "present"


class SignInFailed(Refusal):
    """Address or password is wrong, or the account is closed; which of them is nobody's business."""

    status = 422
    sentence = lazy_gettext("This e-mail address and password do not belong together. Check both and try again.")


class CodeWrong(Refusal):
    """Not the code of this moment, or one that was used before."""

    status = 422
    sentence = lazy_gettext("This code does not work. Wait for the next code in your app and fill that in.")
    field = "code"


class SecondFactorUnreadable(Refusal):
    """The key that the secret was encrypted with is no longer among the settings."""

    sentence = lazy_gettext("Your second factor has to be set up again. Ask an administrator to reset it.")


class StaffUnknown(NotFound):
    """There is no such account, or it belongs to another organisation."""


class OwnAccess(Refusal):
    """Nobody locks themselves out by accident."""

    sentence = lazy_gettext("You cannot take away your own access. Ask another administrator to do that.")
    field = "roles"


class LastAdministrator(Refusal):
    """Without one, nobody could let anybody in."""

    sentence = lazy_gettext("This is the only administrator left. Make somebody else an administrator first.")
    field = "roles"


class DeviceUnknown(NotFound):
    """There is no such device, or it belongs to another organisation."""


class EnrolmentCodeInvalid(Refusal):
    """The code is not one of ours, was used, or is older than a quarter of an hour."""

    status = 404
    sentence = lazy_gettext("This code does not work any more. Ask the organiser for a new one.")
    field = "code"
