"""Promised, contracted, energised: the record of each programme on a day, with no model in it."""

from stargauge.track.answer import TrackAnswer, track
from stargauge.track.contradictions import Contradiction, Report
from stargauge.track.events import Claim, Event
from stargauge.track.measures import Hub, Measure, Measured, Measures
from stargauge.track.pledges import PledgeStatus, Verdict
from stargauge.track.programmes import Directory, Programme
from stargauge.track.records import Records, known_records, newest_day
from stargauge.track.schedule import Correction, Said, StepRecord, reached_on
from stargauge.track.sites import EnergisedStep, NextStep, SiteStatus
from stargauge.track.status import BegunBefore, Money, ProgrammeStatus, track_all, track_programme

__all__ = [
    "BegunBefore",
    "Claim",
    "Contradiction",
    "Correction",
    "Directory",
    "EnergisedStep",
    "Event",
    "Hub",
    "Measure",
    "Measured",
    "Measures",
    "Money",
    "NextStep",
    "PledgeStatus",
    "Programme",
    "ProgrammeStatus",
    "Records",
    "Report",
    "Said",
    "SiteStatus",
    "StepRecord",
    "TrackAnswer",
    "Verdict",
    "known_records",
    "newest_day",
    "reached_on",
    "track",
    "track_all",
    "track_programme",
]
