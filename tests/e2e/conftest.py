from collections.abc import AsyncIterator

import pytest

from deploy.local.deployment import Deployment
from deploy.local.supervisor import Running, running
from tests.support.servers.backing import ALONE


@pytest.fixture(scope="package")
async def at_work(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A whole deployment for the tests of this directory, on servers of its own that may be killed and come back.

    Its gateway waits for a service as long as a busy machine may need to start it.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GATEWAY_PATIENCE", "90s")
        async with running(tmp_path_factory.mktemp("deployment"), print, ALONE) as started:
            yield started


@pytest.fixture(scope="package")
def deployment(at_work: Running) -> Deployment:
    """Where everything of it is. A test registers companies with business numbers of its own."""
    return at_work.deployment
