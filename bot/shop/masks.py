"""What of a buyer's data may be seen by others or stand in a log. Pure."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{0,3}\d{8,}(?!\d)")
# Up to the city, or the district where the province is a city itself. Reluctant, so that the first such word ends it.
_REGION = re.compile(r"\s*((?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?\s*(?:[\u4e00-\u9fff]{2,7}?(?:市|自治州|地区|盟))?)")
_MUNICIPALITY = re.compile(r"\s*(北京|上海|天津|重庆)市?")


def phone(text: str) -> str:
    """13812340000 as 138****0000; a number of another form keeps its last two digits at most."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" + (digits[-2:] if len(digits) > 6 else "")


def address(text: str) -> str:
    """Province and city, the rest as ****; nothing of it when neither can be told."""
    city = _MUNICIPALITY.match(text)
    if city:
        return f"{city.group(1)}市****"
    region = _REGION.match(text)
    return f"{region.group(1).strip() if region else ''}****"


def name(text: str) -> str:
    """张* for 张三; the first character of whatever stands there."""
    text = text.strip()
    return f"{text[0]}*" if text else "*"


def number(text: str) -> str:
    """An order or parcel number as **** and its last four characters."""
    return "****" + (text[-4:] if len(text) > 8 else "")


def words(text: str) -> str:
    """A free text with phones and long numbers masked, for logs."""
    text = _PHONE.sub(r"\1****\2", text)
    return _LONG_NUMBER.sub(lambda match: number(match.group()), text)
