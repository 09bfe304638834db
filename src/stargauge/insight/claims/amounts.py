"""Amounts and months in words, in both languages: enough digits to tell, in the units that readers use."""

from __future__ import annotations

import math

from stargauge.insight.claims.words import Words
from stargauge.insight.wording import decimals

PERCENT = 100.0
MILLION, HUNDRED_MILLION, TEN_THOUSAND = 1e6, 1e8, 1e4
TENS_OF_BN = 10.0
"""A billion is ten of the hundred millions (億) by which Chinese counts money."""

MINUS = "−"

_PLAIN = {"MW": "MW", "MW_it": "MW IT"}


def digits(value: float, least: int = 3) -> str:
    """Return a number to three digits, thousands parted by commas; whole from a hundred on."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else "–"
    return f"{value:,.{max(0, least - 1 - math.floor(math.log10(abs(value))))}f}"


def amount(value: float, unit: str) -> Words:
    """Return an amount with its unit."""
    if math.isnan(value):
        return Words("–", "–")
    if unit == "share":
        return Words(f"{PERCENT * value:.1f} %", f"{PERCENT * value:.1f}%")
    if unit == "percent":
        return Words(f"{value:.1f} %", f"{value:.1f}%")
    if unit == "H100e":
        return _compute(value)
    if unit == "bn_USD":
        return Words(f"{digits(value)} bn USD", f"{digits(value * TENS_OF_BN)} 億美元")
    if unit in _PLAIN:
        whole = f"{value:,.0f} {_PLAIN[unit]}" if abs(value) >= 1.0 or value == 0.0 else digits(value)
        return Words(whole, whole)
    if unit == "month":
        return Words(f"{value:.1f} months", f"{value:.1f} 個月")
    if unit == "person":
        return Words(f"{value:,.0f} jobs", f"{value:,.0f} 人")
    if unit == "count":
        return Words(f"{value:,.0f}", f"{value:,.0f}")
    return Words(digits(value), digits(value))


def gap(value: float, unit: str) -> Words:
    """Return the size of a difference: of shares in percentage points."""
    if unit in ("share", "percent"):
        size = PERCENT * value if unit == "share" else value
        points = f"{size:.1f}" if abs(size) >= 1.0 or size == 0.0 else f"{size:.2f}"
        return Words(f"{points} points", f"{points} 個百分點")
    return amount(value, unit)


def change(value: float, unit: str) -> Words:
    """Return a difference with its sign."""
    size = gap(abs(value), unit)
    sign = "+" if value > 0.0 else MINUS if value < 0.0 else ""
    return Words(f"{sign}{size.en}", f"{sign}{size.zh}")


def difference(value: float, error: float, unit: str) -> Words:
    """Return a mean difference with its standard error, to the digits that the error supports."""
    factor = PERCENT if unit == "share" else TENS_OF_BN if unit == "bn_USD" else 1.0
    en = _signed(value, error) if unit == "bn_USD" else _signed(value * factor, error * factor)
    zh = _signed(value * factor, error * factor)
    names = {
        "share": Words("points", "個百分點"),
        "percent": Words("points", "個百分點"),
        "bn_USD": Words("bn USD", "億美元"),
        "H100e": Words("H100e", "顆 H100 當量"),
        "month": Words("months", "個月"),
        "MW_it": Words("MW IT", "MW IT"),
        "MW": Words("MW", "MW"),
    }
    name = names.get(unit, Words())
    return Words(f"{en} {name.of('en')}".strip(), f"{zh} {name.of('zh')}".strip())


def month_words(month: str) -> Words:
    """Return a month (or a day, or a year) as it is written in each language."""
    parts = month.split("-")
    zh = "".join(f"{int(part)} {name} " for part, name in zip(parts, "年月日", strict=False)).rstrip()
    return Words(month, zh)


def chance_words(share: float, error: float, futures: int) -> Words:
    """Return a chance with its standard error; none or all of the futures as a bound."""
    if share in (0.0, 1.0):
        # With none of n the chance lies below 3/n in 95 of 100 cases.
        edge = PERCENT * 3.0 / futures
        en = f"< {edge:.2f} %" if share == 0.0 else f"> {PERCENT - edge:.2f} %"
        return Words(en, en.replace(" ", ""))
    places = min(2, decimals(PERCENT * error))
    en = f"{PERCENT * share:.{places}f} ± {PERCENT * error:.{places}f} %"
    return Words(en, en.replace(" %", "%"))


def _compute(value: float) -> Words:
    if abs(value) >= HUNDRED_MILLION:
        zh = f"{digits(value / HUNDRED_MILLION)} 億顆 H100 當量"
    elif abs(value) >= TEN_THOUSAND:
        zh = f"{digits(value / TEN_THOUSAND)} 萬顆 H100 當量"
    else:
        zh = f"{value:,.0f} 顆 H100 當量"
    en = f"{digits(value / MILLION)} million H100e" if abs(value) >= MILLION else f"{value:,.0f} H100e"
    return Words(en, zh)


def _signed(value: float, error: float) -> str:
    if value == 0.0 and not error > 0.0:
        return "0"
    places = decimals(error) if error > 0.0 else 2
    written = f"{value:+,.{places}f}".replace("-", MINUS)
    return f"{written} ± {error:,.{places}f}" if error > 0.0 else written
