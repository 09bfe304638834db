"""What can be claimed of what: every metric by name, with its unit, its kinds of place and its words."""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.insight.claims.words import Words

PROGRAMME, NATION, REGION, PLEDGE = "programme", "nation", "region", "pledge"
BLOC, STACK, LAYER, CLASS, SOURCE = "bloc", "stack", "layer", "class", "source"

TRUTH = "truth"
"""Unit of what holds (1) or does not (0) in a month."""

REACHED = "reached"
"""Metric of a pledge: whether it is kept, read from the month in which it is reached."""

SITES = "sites_energised"
"""Metric of a programme: at how many of its sites something is energised."""


@dataclass(frozen=True)
class Metric:
    """A quantity of the runs.

    Attributes:
        name: The part of a series' name before the place.
        unit: Unit of the series, or `TRUTH`.
        words: In both languages, to stand before "of" a place.
        places: Kinds of place it has, each a chain of kinds: `(("stack",), ("bloc", "stack"))` is that of a
            stack in the world, or of a stack in a bloc (`India:china_open`).
        unmodelled: Why no run can answer it, where none can.
    """

    name: str
    unit: str
    words: Words
    places: tuple[tuple[str, ...], ...]
    unmodelled: Words | None = None


_JOBS = Words(
    "no source gives jobs as a function of what is built: the counts on record are of single campuses and "
    "differ thirtyfold, so the model holds no jobs",
    "目前沒有資料來源能把就業人數與建設規模連結起來：現有數字都來自個別園區，彼此相差達三十倍，"
    "因此模型不計算就業",
)

_ALL = (
    Metric(
        "energised_facility_mw",
        "MW",
        Words("energised facility power", "已通電設施電力"),
        ((PROGRAMME,), (NATION,)),
    ),
    Metric("energised_it_mw", "MW_it", Words("energised IT power", "已通電 IT 電力"), ((NATION,),)),
    Metric("compute_h100e", "H100e", Words("AI compute in use", "使用中的 AI 算力"), ((NATION,),)),
    Metric(
        "capital_usd_b",
        "bn_USD",
        Words("capital put into energised data centres", "資料中心已投入資本（僅計已通電者）"),
        ((NATION,),),
    ),
    Metric(
        "supply_capital_usd_b",
        "bn_USD",
        Words("capital put into new power plants", "投入新電廠的資本"),
        ((NATION,),),
    ),
    Metric(REACHED, TRUTH, Words("the pledge is kept", "兌現"), ((PLEDGE,),)),
    Metric(SITES, "count", Words("number of sites with energised power", "已通電場址數"), ((PROGRAMME,),)),
    Metric(
        "firm_headroom_mw",
        "MW",
        Words("firm headroom of the grid", "電網穩定供電餘裕"),
        ((REGION,), (NATION,)),
    ),
    Metric(
        "flexible_headroom_mw",
        "MW",
        Words("headroom for flexible load", "可彈性降載之用電餘裕"),
        ((REGION,), (NATION,)),
    ),
    Metric(
        "grid_load_mw",
        "MW",
        Words("data-centre load on the grid", "電網上的資料中心負載"),
        ((REGION,), (NATION,)),
    ),
    Metric("onsite_mw", "MW", Words("load on on-site plant", "由自備電廠供電的負載"), ((REGION,), (NATION,))),
    Metric(
        "flexible_load_mw", "MW", Words("load connected as flexible", "以彈性負載併網的用電"), ((NATION,),)
    ),
    Metric(
        "shortfall_mw",
        "MW",
        Words("shortfall of firm power", "穩定供電缺口"),
        ((REGION,), (NATION,)),
    ),
    Metric("opposition_level", "ratio", Words("level of local opposition", "地方反對程度"), ((REGION,),)),
    Metric("bill_effect_percent", "percent", Words("effect on power bills", "對電費的影響"), ((REGION,),)),
    Metric(
        "compute_share_location",
        "share",
        Words("share of AI compute (by location)", "全球 AI 算力占比（按所在地）"),
        ((BLOC,),),
    ),
    Metric(
        "compute_share_owner",
        "share",
        Words("share of AI compute (by owner)", "全球 AI 算力占比（按所有者）"),
        ((BLOC,),),
    ),
    Metric(
        "compute_h100e_location",
        "H100e",
        Words("AI compute (by location)", "AI 算力（按所在地）"),
        ((BLOC,),),
    ),
    Metric("compute_h100e_owner", "H100e", Words("AI compute (by owner)", "AI 算力（按所有者）"), ((BLOC,),)),
    Metric("compute_h100e_user", "H100e", Words("AI compute (by user)", "AI 算力（按使用者）"), ((BLOC,),)),
    Metric(
        "capability_lag_months",
        "month",
        Words("months behind the frontier", "落後月數（相對最前沿模型）"),
        ((STACK,),),
    ),
    Metric(
        "token_share",
        "share",
        Words("share of tokens", "token 用量占比"),
        ((STACK,), (BLOC, STACK)),
    ),
    Metric("spend_share", "share", Words("share of spending on models", "模型支出占比"), ((STACK,),)),
    Metric("model_share", "share", Words("share of models in use", "模型使用占比"), ((BLOC,),)),
    Metric("application_share", "share", Words("share of applications", "應用層占比"), ((BLOC,),)),
    Metric(
        "rules_share",
        "share",
        Words("share of the market under the rules", "規則所及市場占比"),
        ((BLOC,),),
    ),
    Metric("poles", "ratio", Words("effective number of poles", "有效極數"), ((LAYER,),)),
    Metric("concentration", "ratio", Words("concentration (CON)", "集中度（CON）"), ((LAYER,),)),
    Metric("alignment", "ratio", Words("alignment with the US", "與美國的對齊程度"), ((BLOC,),)),
    Metric(
        "package_mw",
        "MW",
        Words("delivered US export packages (power)", "美國出口方案交付量（電力）"),
        ((BLOC,),),
    ),
    Metric("class", TRUTH, Words("the world is", "世界格局為"), ((CLASS,),)),
    Metric("jobs", "person", Words("jobs", "就業人數"), ((PROGRAMME,), (NATION,)), unmodelled=_JOBS),
)

METRICS = {metric.name: metric for metric in _ALL}
"""Every metric that a claims file may name."""
