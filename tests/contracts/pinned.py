"""Names that never change: an older process works beside a newer one on the same documents."""

from pathlib import Path

import yaml

from shared.model import Json

PINNED: Json = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
