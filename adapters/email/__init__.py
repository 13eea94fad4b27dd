"""The post: letters to families and mandate holders, sent by SMTP or laid down in a folder for the demonstration."""

from adapters.email.email import Letter, Post, check_address
from adapters.email.errors import LetterInvalid, MailError, PostUnavailable, Undeliverable
from adapters.email.folder import FolderPost
from adapters.email.folder_reader import KeptLetter, kept_letters
from adapters.email.smtp import Security, SmtpPost, SmtpSettings

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
