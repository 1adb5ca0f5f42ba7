"""Who answers when a person is asked for: hours of support, and whom somebody may call who is not well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers


@dataclass(frozen=True, slots=True)
class Support:
    """`hours` are those of banking days, on the institution's wall ("09:00–18:00"); helplines are by country ("CN")."""

    hours: str = "09:00–18:00"
    helplines: Mapping[str, str] = field(default_factory=dict)

    def helpline(self, phone: str | None) -> str | None:
        """Return the number to call in danger, by the country of a phone; without one, where there is but one country.

        None where no number is known: a wrong one would be worse.
        """
        if phone is None:
            return next(iter(self.helplines.values())) if len(self.helplines) == 1 else None
        return self.helplines.get(phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or "")
