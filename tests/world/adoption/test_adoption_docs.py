"""The page of adoption says what the facts and the calibration say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from stargauge.facts import load_registry
from stargauge.world.adoption import SEGMENTS, prepare_adoption, source_biases

PAGE = (Path(__file__).parents[3] / "docs" / "adoption.md").read_text(encoding="utf-8")
AS_OF = date(2026, 10, 5)
ROWS = {
    "WA-openrouter-china-2026": "OpenRouter, mid-2026 | developers outside China: Chinese",
    "WA-openrouter-us-2026": "OpenRouter, mid-2026 | developers outside China: US",
    "WA-vercel-open-2026-06": "Vercel gateway, June 2026 | developers in the US: open",
    "WA-vercel-deepseek-2026": "Vercel gateway, June 2026 | developers in the US: Chinese open",
    "WA-hf-china-2026": "Hugging Face downloads, 2026 | Chinese among open",
    "WA-deepseek-west": "Microsoft telemetry, 2025 | US and western Europe: DeepSeek",
    "WA-deepseek-china": "Microsoft telemetry, 2025 | China: DeepSeek (without Doubao)",
    "WA-deepseek-africa": "Microsoft telemetry, 2025 | four African countries: DeepSeek",
}


def test_the_table_of_biases_is_that_of_the_calibration() -> None:
    registry = load_registry().as_of(AS_OF)
    plan = prepare_adoption(registry, [date(2026, 12, 31)], AS_OF)
    biases = {bias.fact: bias for bias in source_biases(registry, plan.share, plan.part)}
    assert set(biases) == set(ROWS)
    for fact, label in ROWS.items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| {label} |"))
        model, bias = line.rstrip("| ").split(" | ")[-2:]
        assert float(model) == pytest.approx(biases[fact].modelled, abs=0.0051)
        assert float(bias.replace("−", "-")) == pytest.approx(biases[fact].logits, abs=0.051)


def test_the_page_names_what_the_model_has() -> None:
    for segment in SEGMENTS:
        assert segment in PAGE or segment == "state"
    for name in re.findall(r"world\.[a-z_.]+[a-z]", PAGE):
        load_registry().input(name)
