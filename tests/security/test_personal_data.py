"""A stolen dump and the logs name nobody: names, @names, phones, PINs, notes, goals are in neither."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from structlog.testing import capture_logs

from finance_core.customers.service import share_phone
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import towards
from tests.builders import CIPHER, yuan
from tests.conversations.whole_service import PIN, Susu
from tests.embedded import Cluster

SERVICE_OF_ITS_OWN = True
NAME, PHONE, USERNAME = "Zephyrine Quolt", "+8613987654321", "zephyrine_q"
NOTE, ASKED_FOR, GOAL = "ginger biscuits", "tandem ride", "grandmother's greenhouse"


async def test_a_dump_and_the_logs_of_a_life_name_nobody(
    susu: Susu, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with capture_logs() as events:
        ana = await susu.resident(NAME, money=500, username=USERNAME)
        bo = await susu.resident("Bo")
        async with susu.units.begin() as unit:
            customer = await susu.customer(ana)
            await share_phone(unit, CIPHER, customer.id, raw_phone=PHONE, contact_user_id=ana.id)
        await ana.says(f"/send @{bo.json['username']} 20 for {NOTE}")
        await ana.taps("Confirm", await ana.sees("Send ¥20.00"))
        await ana.sees("type your PIN")
        await ana.says(PIN)
        await ana.sees("is on its way")
        await ana.says("/borrow 3000 6")
        await ana.taps("Confirm", await ana.sees("All-in annual rate"))
        await ana.sees("type your PIN")
        await ana.says(PIN)
        await ana.sees("¥3,000.00 is in your wallet")
        await ana.says("/help")
        await ana.taps("Talk to a person", await ana.sees("What Susu does"))
        await ana.sees("What is it about")
        await ana.says(f"I am {NAME}, call me at {PHONE}")
        await ana.sees("Added to case")
        await bo.taps("Accept")
        await bo.sees(rf"🧾 \+¥20.00.*{NOTE}")
        await bo.says(f"/request @{USERNAME} 7 for {ASKED_FOR}")
        await bo.taps("Confirm", await bo.sees(ASKED_FOR))
        await ana.sees(ASKED_FOR)
        async with susu.units.begin() as unit:
            goal = towards(yuan(100), date(2027, 3, 1), Every.WEEK, unit.open_on, GOAL)
            await plans.make(unit, CIPHER, customer.id, goal, "a goal")
    dump = cluster.dump(susu.engine.url.render_as_string(hide_password=False))
    logged = f"{events}{caplog.text}"
    assert "COPY public.customer" in dump
    said = (USERNAME, NOTE, ASKED_FOR, GOAL, str(bo.json["username"]))
    for secret in (NAME, NAME.split()[1], PHONE, PHONE[3:], f"\t{PIN}\t", f'"{PIN}"', *said):
        assert secret not in dump
        assert secret not in logged
    assert PIN not in logged
