"""What `stargauge track` shows in a terminal of 100 columns: the answer first, then what it rests on."""

from stargauge.track.screens.events import event_screen
from stargauge.track.screens.overview import overview_screen
from stargauge.track.screens.programme import programme_screen

__all__ = ["event_screen", "overview_screen", "programme_screen"]
