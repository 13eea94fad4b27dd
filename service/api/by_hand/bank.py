"""Routes of a coop's bank and cash box: statements, what their lines are, deposits, counts (S-153)."""

from __future__ import annotations

from uuid import UUID

from domain.coop import banking
from domain.coop.by_hand import deposits
from domain.coop.closing import RecordCashCounted
from domain.coop.state import Coop
from service.api.by_hand import schemas as given
from service.api.contract.rights import CanManageCampaigns, CanRead
from service.api.contract.routers import api_router
from service.api.reads.money import deposit_resource
from service.api.schemas import Created, Done

router = api_router("/{association}/coops/{coop_id}", "Bank and cash box")


@router.post("/bank-statements")
async def import_bank_statement(context: CanManageCampaigns, coop_id: UUID, body: given.StatementIn) -> Done:
    """Note a statement of the coop's bank; the same file twice changes nothing."""
    statement_id = context.new_id("statement")
    return await context.do(
        banking.ImportBankStatement(
            stream_id=coop_id,
            statement_id=statement_id,
            bank_account_id=body.bank_account_id,
            first_day=body.first_day,
            last_day=body.last_day,
            opening=body.opening_cents,
            closing=body.closing_cents,
            lines=body.lines,
            file_sha256=body.file_sha256,
            stamp=context.stamp,
        ),
        statement_id=statement_id,
    )


@router.put("/bank-lines/{line}/payout")
async def match_payout_line(context: CanManageCampaigns, coop_id: UUID, line: str, body: given.PayoutLineIn) -> Done:
    """Recognise a line of the bank statement as the arrival of a payout."""
    return await context.do(
        banking.MatchBankLine(
            stream_id=coop_id,
            bank_line_id=line,
            payout_id=body.payout_id,
            cents=body.cents,
            booked_on=body.booked_on,
            stamp=context.stamp,
        )
    )


@router.put("/bank-lines/{line}/return")
async def match_return_line(context: CanManageCampaigns, coop_id: UUID, line: str, body: given.PayoutLineIn) -> Done:
    """Recognise a line of the bank statement as the bank's return of a payout."""
    return await context.do(
        banking.MatchBankReturn(
            stream_id=coop_id,
            bank_line_id=line,
            payout_id=body.payout_id,
            cents=body.cents,
            booked_on=body.booked_on,
            stamp=context.stamp,
        )
    )


@router.put("/bank-lines/{line}/deposit")
async def match_deposit_line(context: CanManageCampaigns, coop_id: UUID, line: str, body: given.DepositLineIn) -> Done:
    """Recognise a line of the bank statement as a deposit of cash."""
    return await context.do(
        deposits.MatchCashDeposit(
            stream_id=coop_id,
            bank_line_id=line,
            deposit_id=body.deposit_id,
            cents=body.cents,
            booked_on=body.booked_on,
            stamp=context.stamp,
        )
    )


@router.post("/bank-lines/{line}/withdrawal")
async def unmatch_bank_line(context: CanManageCampaigns, coop_id: UUID, line: str, body: given.UnmatchIn) -> Done:
    """Undo what a line of the bank statement was recognised as."""
    return await context.do_noted(
        banking.UnmatchBankLine(
            stream_id=coop_id,
            bank_line_id=line,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        coop_id,
        body.note,
    )


@router.post("/cash-deposits", status_code=201)
async def deposit_cash(context: CanManageCampaigns, coop_id: UUID, body: given.DepositIn) -> Created[given.DepositOut]:
    """Write down that cash was taken to the bank."""
    deposit_id = context.new_id("deposit")
    done = await context.do(
        deposits.DepositCash(
            stream_id=coop_id,
            deposit_id=deposit_id,
            slip=body.slip,
            cents=body.cents,
            deposited_on=body.deposited_on,
            stamp=context.stamp,
        ),
        deposit_id=deposit_id,
    )

    async def shown() -> given.DepositOut:
        return deposit_resource(await context.load(Coop, coop_id), deposit_id)

    return await context.created(done, f"coops/{coop_id}/cash-deposits/{deposit_id}", shown)


@router.get("/cash-deposits")
async def list_cash_deposits(context: CanRead, coop_id: UUID) -> list[given.DepositOut]:
    """List the deposits that stand, oldest first, with the line of the bank statement that shows each."""
    coop = await context.coop(coop_id)
    shown = [deposit_resource(coop, deposit_id) for deposit_id in coop.deposits]
    return sorted(shown, key=lambda one: one.deposited_on)


@router.post("/cash-deposits/{deposit_id}/withdrawal")
async def withdraw_cash_deposit(
    context: CanManageCampaigns, coop_id: UUID, deposit_id: UUID, body: given.EntryEndIn
) -> Done:
    """Take back a deposit that was written down wrong."""
    return await context.do_noted(
        deposits.WithdrawCashDeposit(
            stream_id=coop_id,
            deposit_id=deposit_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        coop_id,
        body.note,
    )


@router.post("/cash-counts")
async def count_cash(context: CanManageCampaigns, coop_id: UUID, body: given.CountIn) -> Done:
    """Record what the cash box holds, beside what its book expects."""
    return await context.do(RecordCashCounted(stream_id=coop_id, counted=body.counted_cents, stamp=context.stamp))
