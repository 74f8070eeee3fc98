"""Names that never change: an older process works beside a newer one on the same documents."""

import yaml

from shared.model import Json
from tests.support.source import ROOT

PINNED: Json = yaml.safe_load((ROOT / "tests" / "contracts" / "pinned.yaml").read_text("utf-8"))
