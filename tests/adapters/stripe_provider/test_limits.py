"""What we hold for Stripe's limits is what it takes, at each of them and a cent beyond; long texts never stop it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from adapters.fields import MAX_TITLE
from adapters.payments.errors import ProviderMisuse
from adapters.payments.values import Reference
from adapters.stripe_provider import StripeProvider
from adapters.stripe_provider.limits import LIMITS
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import new_key, request_for

LEAST, MOST = LIMITS.charges.least, LIMITS.charges.most


@pytest.mark.parametrize("cents", [LEAST, MOST])
def test_an_amount_at_either_limit_is_taken(provider: StripeProvider, sandbox: SandboxServer, cents: int) -> None:
    assert provider.limits.charges.takes(cents)
    assert provider.start_checkout(request_for(sandbox, cents=cents, tip_cents=0), key=new_key()).url


@pytest.mark.parametrize("cents", [LEAST - 1, MOST + 1])
def test_an_amount_a_cent_beyond_a_limit_is_refused_as_an_error_of_ours(
    provider: StripeProvider, sandbox: SandboxServer, cents: int
) -> None:
    assert not provider.limits.charges.takes(cents)
    with pytest.raises(ProviderMisuse):
        provider.start_checkout(request_for(sandbox, cents=cents, tip_cents=0), key=new_key())


def test_the_longest_titles_are_cut_for_the_page_and_stop_no_payment(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    wanted = replace(request_for(sandbox, tip_cents=0), label="é" * MAX_TITLE, coop_name="à" * MAX_TITLE)
    page = provider.start_checkout(wanted, key=new_key())
    session = sandbox.stripe.v1.checkout.sessions.retrieve(page.session, {"expand": ["line_items"]})
    assert session.line_items is not None
    (line,) = session.line_items.data
    assert line.description is not None
    assert len(line.description) == LIMITS.label
    assert line.description.endswith("à…")
    assert LIMITS.shown_label("Vie de classe") == "Vie de classe"


def test_what_names_a_contribution_fits_into_the_metadata_of_an_object() -> None:
    ids = {"coop_id": UUID(int=1), "campaign_id": UUID(int=2), "contribution_id": UUID(int=3)}
    metadata = Reference(ledger="a" * 40, **ids, instalment=12, attempt=10**9).metadata()
    assert len(metadata) <= LIMITS.entries
    assert max(map(len, metadata.values())) <= LIMITS.metadata
