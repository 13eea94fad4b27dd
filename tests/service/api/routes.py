"""What each route of the API lets someone do, written by hand: a route that is not here has not been thought about."""

from __future__ import annotations

from typing import Any, Final

from service.auth.actions import Action

_COOP: Final = "/coops/{coop_id}"
_CAMPAIGN: Final = "/campaigns/{campaign_id}"
_BASKET: Final = f"{_COOP}{_CAMPAIGN}/contributions"
_ONE: Final = f"{_BASKET}/{{contribution_id}}"
_ELSEWHERE: Final = f"{_COOP}{_CAMPAIGN}/external-payments/{{external_payment_id}}"
_MOMENT: Final = "2024-07-05T10:00:00Z"
_PERSON: Final = {"first_name": "Zoé", "last_name": "MARTIN"}
_CHILD: Final = {**_PERSON, "class_label": "CE1", "tariff_id": "enfant"}
_TARIFF: Final = {
    "tariff_id": "enfant",
    "label": "1 enfant",
    "tiers": [1200],
    "valid_from": "2024-09-01",
    "valid_to": "2025-08-31",
}
_IDENTITY: Final = {"name": "Coop", "school": "école", "town": "Nice", "affiliation_number": "1"}
_SOME_ID: Final = "11111111-1111-4111-8111-111111111111"

NO_BODY: Final[dict[str, Any]] = {}
_DAY: Final = "2024-07-05"
_LINE: Final = {"payout_id": _SOME_ID, "cents": 1200, "booked_on": _DAY}
_FORGET: Final = {"reason": "mistake"}
_BACK: Final = {"cents": 1200, "reason": "duplicate"}
BY_HAND: Final[dict[tuple[str, str], tuple[Action, dict[str, Any]]]] = {
    ("POST", f"{_ONE}/refunds-by-hand"): (Action.REFUND, {**_BACK, "means": "transfer", "paid_on": _DAY}),
    ("POST", f"{_ONE}/cash-returns"): (Action.REFUND, {**_BACK, "slip": "B-2", "returned_on": _DAY}),
    ("POST", f"{_COOP}{_CAMPAIGN}/refunds/{{refund_id}}/withdrawal"): (Action.REFUND, _FORGET),
    ("POST", f"{_COOP}{_CAMPAIGN}/cash-slips/{{slip}}/correction"): (Action.RUN, {**_FORGET, "cents": 120}),
    ("POST", f"{_COOP}/bank-statements"): (
        Action.RUN,
        {
            "bank_account_id": _SOME_ID,
            "first_day": "2024-07-01",
            "last_day": "2024-07-31",
            "opening_cents": -1500,
            "closing_cents": 500,
            "lines": 3,
            "file_sha256": "5f" * 32,
        },
    ),
    ("PUT", f"{_COOP}/bank-lines/{{line}}/payout"): (Action.RUN, _LINE),
    ("PUT", f"{_COOP}/bank-lines/{{line}}/return"): (Action.RUN, _LINE),
    ("PUT", f"{_COOP}/bank-lines/{{line}}/deposit"): (
        Action.RUN,
        {"deposit_id": _SOME_ID, "cents": 1200, "booked_on": _DAY},
    ),
    ("POST", f"{_COOP}/bank-lines/{{line}}/withdrawal"): (Action.RUN, {"reason": "other_account"}),
    ("POST", f"{_COOP}/cash-deposits"): (Action.RUN, {"slip": "R-1", "cents": 1200, "deposited_on": _DAY}),
    ("GET", f"{_COOP}/cash-deposits"): (Action.READ, NO_BODY),
    ("POST", f"{_COOP}/cash-deposits/{{deposit_id}}/withdrawal"): (Action.RUN, _FORGET),
    ("POST", f"{_COOP}/cash-counts"): (Action.RUN, {"counted_cents": 1450}),
    ("PUT", f"{_COOP}/adjustments/{{adjustment_id}}"): (Action.DECIDE, {"cents": 300, "reason": "goodwill"}),
    ("PUT", f"{_COOP}/adjustments/{{adjustment_id}}/reversal"): (Action.DECIDE, {"reason": "made_twice"}),
    ("PUT", f"{_COOP}/movements/{{movement_id}}/explanation"): (
        Action.DECIDE,
        {"account": "goodwill", "reason": "other"},
    ),
    ("PUT", f"{_ONE}/payments/{{payment_id}}/explanation"): (
        Action.DECIDE,
        {"account": "goodwill", "reason": "goodwill", "cents": -100, "refund_id": _SOME_ID},
    ),
    ("GET", "/suspense"): (Action.DECIDE, NO_BODY),
    ("PUT", "/movements/{movement_id}/explanation"): (Action.DECIDE, {"account": "psp_fees", "reason": "provider_fee"}),
}
"""What people move themselves, and decide by two."""
READS: Final = {
    ("GET", "/policy"): (Action.READ, NO_BODY),
    ("GET", "/charter"): (Action.READ, NO_BODY),
    ("GET", "/roles/{role_id}"): (Action.GRANT_ROLES, NO_BODY),
    ("GET", "/members/{member_id}"): (Action.GRANT_ROLES, NO_BODY),
    **{
        ("GET", f"{_COOP}{path}"): (Action.READ, NO_BODY)
        for path in (
            "",
            "/classes",
            "/mandates",
            "/mandates/{mandate_id}",
            "/bank-accounts",
            "/bank-accounts/{bank_account_id}",
            "/findings",
            "/findings/{finding_id}",
            "/payouts/{payout_id}",
            "/cash-deposits/{deposit_id}",
            "/bank-lines",
            "/closings/{position}",
            "/adjustments",
            "/external-payouts/{external_payout_id}",
            "/campaigns/{campaign_id}/contributions/{contribution_id}",
            "/campaigns/{campaign_id}/refunds",
            "/campaigns/{campaign_id}/refunds/{refund_id}",
            "/campaigns/{campaign_id}/external-payments/{external_payment_id}",
        )
    },
    **{
        ("GET", f"{_CAMPAIGN}{path}"): (Action.READ, NO_BODY)
        for path in ("/details", "/tariffs", "/fields", "/payment-options", "/opening", "/embedding")
    },
    ("GET", f"{_CAMPAIGN}/contact"): (Action.RUN, NO_BODY),
}
"""One resource each, with its version."""
ROUTES: Final[dict[tuple[str, str], tuple[Action, dict[str, Any]]]] = {
    ("GET", "/members"): (Action.GRANT_ROLES, NO_BODY),
    ("POST", "/members"): (Action.GRANT_ROLES, {**_PERSON, "email": "zoe.martin@ecole.example"}),
    ("PUT", "/members/{member_id}/address"): (Action.GRANT_ROLES, {"email": "zoe@ecole.example"}),
    ("DELETE", "/members/{member_id}/sessions"): (Action.APPOINT, NO_BODY),
    ("POST", "/members/{member_id}/passkeys/replacement"): (Action.APPOINT, NO_BODY),
    ("POST", "/coops"): (Action.ADMINISTER, _IDENTITY),
    ("GET", "/coops"): (Action.READ, NO_BODY),
    ("PUT", f"{_COOP}/details"): (Action.ADMINISTER, _IDENTITY),
    ("PUT", f"{_COOP}/classes"): (Action.DEFINE_CLASSES, {"school_year": 2040, "labels": ["CP"]}),
    ("PUT", f"{_COOP}/payment-means"): (Action.RUN, {"means": ["card"]}),
    ("POST", f"{_COOP}/mandates"): (
        Action.APPOINT,
        {**_PERSON, "valid_from": "2024-09-01", "valid_to": "2025-08-31"},
    ),
    ("POST", f"{_COOP}/mandates/{{mandate_id}}/revocation"): (
        Action.APPOINT,
        {"reason": "moved", "note": "Mutation à la rentrée"},
    ),
    ("POST", f"{_COOP}/charter"): (Action.RUN, {"version": 1, "mandate_id": _SOME_ID}),
    ("POST", f"{_COOP}/bank-accounts"): (Action.CONFIRM_IBAN, {"iban": "FR7630006000011234567890189"}),
    ("POST", f"{_COOP}/bank-accounts/{{bank_account_id}}/confirmation"): (
        Action.CONFIRM_IBAN,
        {"payee_check": "match"},
    ),
    ("POST", f"{_COOP}/bank-accounts/{{bank_account_id}}/withdrawal"): (Action.CONFIRM_IBAN, NO_BODY),
    ("POST", f"{_COOP}/findings"): (
        Action.INSPECT,
        {"subject": "cash_box", "severity": "remark", "up_to_position": 1},
    ),
    ("POST", f"{_COOP}/campaigns"): (
        Action.RUN,
        {"title": "Sortie", "purpose": "sortie-scolaire", "school_year": 2024},
    ),
    ("GET", f"{_COOP}/campaigns"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/balance"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/statement.{{form}}"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/income-in-advance.{{form}}"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/closings"): (Action.READ, NO_BODY),
    ("POST", f"{_COOP}/closings"): (Action.ADMINISTER, {"kind": "month", "first_day": "2024-05-01"}),
    ("GET", f"{_COOP}/closings/preview"): (Action.READ, NO_BODY),
    ("PUT", f"{_CAMPAIGN}/details"): (Action.RUN, {"title": "Titre"}),
    ("PUT", f"{_CAMPAIGN}/tariffs"): (Action.RUN, {"tariffs": [_TARIFF]}),
    ("PUT", f"{_CAMPAIGN}/fields"): (Action.RUN, {"fields": []}),
    ("PUT", f"{_CAMPAIGN}/payment-options"): (Action.RUN, {"means": ["card"]}),
    ("PUT", f"{_CAMPAIGN}/picture"): (Action.RUN, NO_BODY),
    ("DELETE", f"{_CAMPAIGN}/picture"): (Action.RUN, NO_BODY),
    ("POST", f"{_CAMPAIGN}/attachments"): (Action.RUN, NO_BODY),
    ("DELETE", f"{_CAMPAIGN}/attachments/{{digest}}"): (Action.RUN, NO_BODY),
    ("PUT", f"{_CAMPAIGN}/contact"): (Action.RUN, {"email": "ecole@example.org", "phone": "04 93 00 00 00"}),
    ("PUT", f"{_CAMPAIGN}/embedding"): (Action.RUN, {"origins": ["https://ecole.example"]}),
    ("PUT", f"{_CAMPAIGN}/opening"): (Action.RUN, {"by_link": False}),
    ("POST", f"{_COOP}{_CAMPAIGN}/publication"): (
        Action.RUN,
        {"responsible_id": _SOME_ID, "council_decision": {"decided_on": "2024-07-01", "minutes": "PV 12"}},
    ),
    ("POST", f"{_CAMPAIGN}/suspension"): (Action.RUN, NO_BODY),
    ("POST", f"{_CAMPAIGN}/abandonment"): (Action.RUN, NO_BODY),
    ("POST", f"{_CAMPAIGN}/archival"): (Action.ADMINISTER, NO_BODY),
    ("POST", _BASKET): (Action.RUN, {"payer": _PERSON, "children": [_CHILD]}),
    ("POST", f"{_ONE}/abandonment"): (Action.RUN, {"reason": "given_up"}),
    ("POST", f"{_ONE}/checkout"): (Action.RUN, NO_BODY),
    ("POST", f"{_COOP}/certification/onboarding"): (Action.RUN, {"email": "coop@ecole.example"}),
    ("POST", f"{_COOP}{_CAMPAIGN}/external-refunds/{{refund_id}}/allocation"): (Action.REFUND, {"tip_cents": 0}),
    ("POST", f"{_COOP}{_CAMPAIGN}/external-refunds/{{made_id}}/settlement"): (Action.REFUND, {"refund_id": _SOME_ID}),
    ("POST", f"{_COOP}{_CAMPAIGN}/refunds/{{refund_id}}/repayment"): (
        Action.REFUND,
        {"means": "cheque", "paid_on": _DAY},
    ),
    **BY_HAND,
    **READS,
    ("POST", f"{_ONE}/cash"): (Action.RUN, {"slip": "B1", "cents": 1200, "paid_at": _MOMENT}),
    ("POST", f"{_ONE}/corrections"): (
        Action.RUN,
        {"line": 1, "class_label": "CP", "tariff_id": "enfant", "reason": "mistake"},
    ),
    ("POST", f"{_ONE}/refunds"): (Action.REFUND, {"cents": 1200, "reason": "duplicate"}),
    ("POST", f"{_ONE}/instalments/cancellation"): (Action.RUN, {"reason": "child_left"}),
    ("GET", f"{_COOP}/disputes"): (Action.READ, NO_BODY),
    ("PUT", f"{_COOP}{_CAMPAIGN}/disputes/{{dispute_id}}/explanation"): (
        Action.DECIDE,
        {"account": "goodwill", "reason": "dispute_cost"},
    ),
    ("GET", f"{_COOP}/decisions"): (Action.READ, NO_BODY),
    ("DELETE", f"{_COOP}/notes/{{note_id}}"): (Action.RUN, NO_BODY),
    ("GET", f"{_COOP}/papers"): (Action.READ, NO_BODY),
    ("POST", f"{_COOP}/papers"): (Action.ADMINISTER, NO_BODY),
    ("GET", f"{_COOP}/papers/{{position}}/prints"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/papers/{{position}}/original.pdf"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/papers/{{position}}.{{form}}"): (Action.READ, NO_BODY),
    ("GET", f"{_COOP}/payouts"): (Action.READ, NO_BODY),
    ("POST", f"{_COOP}/payouts"): (Action.PAY_OUT, {"cents": 100}),
    ("POST", f"{_COOP}/payouts/{{payout_id}}/cancellation"): (Action.PAY_OUT, NO_BODY),
    ("POST", f"{_ONE}/external-payments"): (
        Action.RUN,
        {"platform": "lydia", "reference": "L-7", "cents": 1200, "paid_at": _MOMENT},
    ),
    ("POST", f"{_ELSEWHERE}/refunds"): (Action.REFUND, {"cents": 100, "refunded_at": _MOMENT}),
    ("POST", f"{_ELSEWHERE}/withdrawal"): (Action.RUN, {"reason": "duplicate"}),
    ("POST", f"{_COOP}{_CAMPAIGN}/imports/{{import_id}}/withdrawal"): (Action.RUN, {"reason": "wrong_file"}),
    ("POST", f"{_COOP}/external-payouts"): (
        Action.RUN,
        {"platform": "lydia", "reference": "V-7", "cents": 1200, "fee_cents": 12, "booked_on": "2024-07-08"},
    ),
    ("POST", f"{_COOP}/external-payouts/{{external_payout_id}}/withdrawal"): (Action.RUN, {"reason": "mistake"}),
    ("GET", f"{_COOP}/external-funds"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/external-payments"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/imports"): (Action.READ, NO_BODY),
    ("GET", _CAMPAIGN): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/balance"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/contributions"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/class-balance.{{form}}"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/voucher.{{form}}"): (Action.READ, NO_BODY),
    ("GET", f"{_CAMPAIGN}/family-voucher.{{form}}"): (Action.EXPORT, NO_BODY),
    ("GET", f"{_CAMPAIGN}/archived-family-voucher.{{form}}"): (Action.READ_ARCHIVE, NO_BODY),
    ("GET", f"{_CAMPAIGN}/payments.{{form}}"): (Action.EXPORT, NO_BODY),
    ("PATCH", "/policy"): (Action.SET_RULES, {"max_instalments": 3}),
    ("POST", "/charter"): (Action.SET_RULES, {"text": "Une charte"}),
    ("GET", "/roles"): (Action.GRANT_ROLES, NO_BODY),
    ("POST", "/roles"): (Action.GRANT_ROLES, {"member_id": _SOME_ID, "role": "auditor"}),
    ("POST", "/roles/{role_id}/revocation"): (Action.GRANT_ROLES, {"reason": "departure"}),
    ("GET", "/events"): (Action.READ, NO_BODY),
    ("GET", "/head"): (Action.AUDIT, NO_BODY),
    ("GET", "/trail"): (Action.AUDIT, NO_BODY),
}
"""Method and path below the association: the action it needs, and a body that can be read."""
