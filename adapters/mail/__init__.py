"""The post: letters to families and mandate holders, sent by SMTP or laid down in a folder for the demonstration."""

from adapters.mail.folder import FolderPost
from adapters.mail.kept import KeptLetter, kept_letters
from adapters.mail.letter import Letter, Post, check_address
from adapters.mail.refusals import LetterInvalid, MailError, PostUnavailable, Undeliverable
from adapters.mail.smtp import Security, SmtpPost, SmtpSettings

__all__ = [
    "FolderPost",
    "KeptLetter",
    "Letter",
    "LetterInvalid",
    "MailError",
    "Post",
    "PostUnavailable",
    "Security",
    "SmtpPost",
    "SmtpSettings",
    "Undeliverable",
    "check_address",
    "kept_letters",
]
