"""Names that never change, for an older process lives beside a newer one on the same documents; the file gains, and never loses."""

from pathlib import Path

import yaml

from shared.decider import Json

PINNED: Json = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
