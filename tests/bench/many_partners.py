"""mra_exchange with 200 more administrations than there are: a program, run after `prepare` as the operator.

The catalogue and the type of its codes are widened before anything else is imported.
"""

import sys
from os import environ
from typing import Any, Literal, get_args

from shared.contracts import types

INVENTED = tuple(f"X{number:03}" for number in range(200))
_known = get_args(types.Administration)


def widen() -> None:
    """Lets every module that is imported from now on know the invented administrations."""
    replaced: Any = types
    replaced.Administration = Literal[(*_known, *INVENTED)]
    from shared.contracts import catalogue  # noqa: PLC0415

    real = catalogue.load()
    invented = tuple(real.administrations[0].model_copy(update={"code": code}) for code in INVENTED)
    wide = real.model_copy(update={"administrations": (*real.administrations, *invented)})
    replaced = catalogue
    replaced.load = lambda: wide


def prepare() -> None:
    """Makes topics, users and ACLs for all of them."""
    from deploy.kafka.access import OPERATOR  # noqa: PLC0415
    from shared.bus.access import KafkaAccess  # noqa: PLC0415
    from tests.support.servers import backing  # noqa: PLC0415

    backing.prepare(KafkaAccess(environ["TT_KAFKA_BOOTSTRAP"], OPERATOR, backing.SECRET))


def serve() -> None:
    """The service, without the indexes by which the invented partners would read: a collection can have 64."""
    from services.mra_exchange import main  # noqa: PLC0415
    from services.mra_exchange.settings import Settings  # noqa: PLC0415
    from shared.service import run  # noqa: PLC0415

    replaced: Any = main
    replaced.INDEXES = tuple(path for path in replaced.INDEXES if path.split(".")[2] not in INVENTED)
    run("mra_exchange", Settings, main.build)


if __name__ == "__main__":
    widen()
    prepare() if sys.argv[1:] == ["prepare"] else serve()
