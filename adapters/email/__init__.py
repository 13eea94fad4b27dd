"""E-mails to families and mandate holders, sent by SMTP or written to a folder for the demonstration."""

from adapters.email.email import MAX_ADDRESS, Email, EmailTransport, check_address
from adapters.email.errors import DeliveryUnknown, EmailError, EmailInvalid, TransportUnavailable, Undeliverable
from adapters.email.folder import FolderTransport
from adapters.email.folder_reader import StoredEmail, erase_emails, stored_emails
from adapters.email.smtp import SmtpSecurity, SmtpSettings, SmtpTransport

__all__ = [
    "MAX_ADDRESS",
    "DeliveryUnknown",
    "Email",
    "EmailError",
    "EmailInvalid",
    "EmailTransport",
    "FolderTransport",
    "SmtpSecurity",
    "SmtpSettings",
    "SmtpTransport",
    "StoredEmail",
    "TransportUnavailable",
    "Undeliverable",
    "check_address",
    "erase_emails",
    "stored_emails",
]
