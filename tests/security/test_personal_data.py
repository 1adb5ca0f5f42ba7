"""A stolen dump and the logs name nobody: names, phone numbers and PINs are in neither."""

from __future__ import annotations

import logging

import pytest
from structlog.testing import capture_logs

from finance_core.customers.service import share_phone
from tests.builders import CIPHER
from tests.conversations.whole_service import PIN, Susu
from tests.embedded import Cluster

SERVICE_OF_ITS_OWN = True
NAME, PHONE = "Zephyrine Quolt", "+8613987654321"


async def test_a_dump_and_the_logs_of_a_life_name_nobody(
    susu: Susu, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with capture_logs() as events:
        ana = await susu.resident(NAME, money=500, username="somebody")
        bo = await susu.resident("Bo")
        async with susu.units.begin() as unit:
            customer = await susu.customer(ana)
            await share_phone(unit, CIPHER, customer.id, raw_phone=PHONE, contact_user_id=ana.id)
        await ana.says(f"/send @{bo.json['username']} 20 for lunch")
        await ana.taps("Confirm", await ana.sees("Send ¥20.00"))
        await ana.sees("type your PIN")
        await ana.says(PIN)
        await ana.sees("is on its way")
        await ana.says("/borrow 3000 6")
        await ana.taps("Confirm", await ana.sees("All-in annual rate"))
        await ana.sees("type your PIN")
        await ana.says(PIN)
        await ana.sees("🧾 .*3,000.00")
        await ana.says("/help")
        await ana.taps("Talk to a person", await ana.sees("What Susu does"))
        await ana.sees("What is it about")
        await ana.says(f"I am {NAME}, call me at {PHONE}")
        await ana.sees("Added to case")
        await bo.taps("Accept")
        await bo.sees(r"🧾 \+¥20.00")
    dump = cluster.dump(susu.engine.url.render_as_string(hide_password=False))
    logged = f"{events}{caplog.text}"
    assert "COPY public.customer" in dump
    for secret in (NAME, NAME.split()[1], PHONE, PHONE[3:], f"\t{PIN}\t", f'"{PIN}"'):
        assert secret not in dump
        assert secret not in logged
    assert PIN not in logged
