"""What vulture may not call dead: no code of ours names it, but a framework or a template reads it.

Each group says why. Whatever only tests use is not for this list: it goes.
"""

from collections.abc import Mapping
from typing import Final


class _AnyName:
    """Reads every attribute as its own name, so that the list below is both code for vulture and texts for the test."""

    def __getattr__(self, name: str) -> str:
        """Return the name."""
        return name


_: Final = _AnyName()

ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "read by the templates of pages": (
        *(_.percent, _.payable, _.placed_on, _.quantity, _.keeps_card, _.display_name, _.document_given),
        *(_.iban_last4, _.iban_spaced, _.may_receive, _.may_pay_out, _.descriptor, _.DECISIONS),
        *(_.REQUIREMENTS, _.PAYMENTS, _.is_heading, _.paragraphs, _.icon),
        *(_.is_sum, _.pays),
        *(_.my_gift, _.giver, _.they_give, _.have_given, _.for_whom, _.givers_tab, _.narrowed, _.receipted),
        *(_.box_counts, _.remedy, _.sorted_by, _.is_empty, _.active),
    ),
    "read by the templates of e-mails": (
        *(_.paid_cents, _.later_cents, _.cancelled_cents, _.kept_cents, _.done_by, _.a_gift),
    ),
    "members of an enumeration that are read by their value, from the provider, Postgres or a request": (
        *(_.RESTRICTED, _.UNSUPPORTED, _.IN_TRANSIT, _.FENCED),
        *(_.DROPPED,),
    ),
    "fields that are stored, sent or received under their name": (
        *(_.max_delay, _.duplicate_rate, _.drop_rate),
        *(_.reason_label, _.return_line_id, _.platforms, _.imported_at, _.dispute_rate),
        *(_.reinstated_at, _.tip_contested, _.tip_lost, _.birth_date, _.landline, _.mobile),
        *(_.late_rate, _.late_seconds, _.refund_failure_rate, _.refund_failure_days),
    ),
    "fields of what the API answers, which programs read by their name": (
        *(_.payment_means, _.asked_cents, _.available_cents, _.balance_cents, _.blocked_cents, _.cash_cents),
        *(_.collected_elsewhere_cents, _.contested_cents, _.disputed_cents, _.expected_later_cents),
        *(_.explained_cents, _.fees_cents, _.held_cents, _.in_hand_cents, _.instalments_to_come, _.moved_cents),
        *(_.owed_to_families_cents, _.owed_to_family_cents, _.paid_out_cents, _.recorded_by),
        *(_.recorded_cents, _.refund_pending_cents, _.refunded_elsewhere_cents, _.size_bytes),
        *(_.tip_contested_cents, _.tip_due_cents, _.tip_lost_cents, _.tip_paid_cents, _.tip_refunded_cents),
        *(_.to_explain_cents, _.unpaid_cents),
    ),
    "members of lists of the API, which programs send or read by their value": (
        *(_.ABANDONED, _.ADDRESS, _.BIRTH_DATE, _.COOKIE, _.HIDDEN, _.LANDLINE, _.MOBILE),
        *(_.OPTIONAL, _.OWED_TO_FAMILY, _.PARTIALLY_REFUNDED, _.QUERY, _.REFUSAL, _.REMARK, _.RESERVE),
    ),
    "fields of a tuple that is unpacked whole, or read by getattr": (*(_.p50, _.p99, _.decided_at, _.decided_by),),
    "called by typer, for each page of help": (_.format_usage,),
    "called by eventsourcing, which finds them by name": (
        *(_.EventMapper, _.NoTranscoder, _.LedgerRecorder, _.to_stored_event, _.to_domain_event, _.insert_events),
        *(_.select_events, _.select_notifications, _.construct_env, _.construct_factory, _.process_event),
    ),
    "called by io": (_.writable,),
    "called by pydantic": (_._names_one_person, _._is_told_with_a_server),
    "set for a library to read": (
        *(_.register_type_adapters, _.enable_telemetry),
        *(_.should_exit, _.disabled, _.background),
    ),
    "this list": (_.ALLOWED,),
}
"""Names by the reason why no code of ours calls them."""
