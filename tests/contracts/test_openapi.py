import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from shared.clock import now
from shared.model import Json
from tests.support.builders.settling import Ids
from tests.support.built import admitted, app_of, routes
from tests.support.references import found, references
from tests.support.servers.served import OF_OFFICERS, ROLES, Person
from tests.support.servers.serving import Issuer
from tests.support.servers.settled import Settled
from tests.support.source import SERVICES

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
EXAMPLES = 10
SEED = 2026
KNOWN = 0.8  # how often an id is of something that there is
SAME_IN_ALL = "^/operations/"
OF_A_COMPANY = "^/companies/"
ASKED_FOR_ALL = "risk"


async def test_every_answer_is_as_described(settled: Settled, tmp_path: Path) -> None:
    """Schemathesis asks for whatever the document allows, and for more; what is the same in all services, in one."""
    once = [] if settled.name == ASKED_FOR_ALL else [SAME_IN_ALL]
    if settled.name in OF_OFFICERS:
        await ask(settled, settled.officer, ["--exclude-path-regex", "|".join([*once, OF_A_COMPANY])], tmp_path)
    else:
        await ask(settled, settled.everybody, ["--exclude-path-regex", SAME_IN_ALL], tmp_path)
    if settled.name == "site_validation":
        await ask(settled, settled.everybody, ["--include-path-regex", OF_A_COMPANY], tmp_path)


async def ask(settled: Settled, person: Person, paths: list[str], tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(preferring(settled.ids))
    arguments = ["--no-color", "run", "--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS), "--warnings", "off"]
    arguments += [
        "--seed",
        str(SEED),
        "--max-examples",
        str(EXAMPLES),
        "--header",
        f"Authorization:{person.headers['Authorization']}",
        *paths,
    ]
    url = str(settled.nobody.client.base_url.join("/openapi.json"))
    asking = await asyncio.create_subprocess_exec(
        SCHEMATHESIS, *arguments, url, cwd=tmp_path, stdout=PIPE, stderr=STDOUT
    )
    printed, _ = await asking.communicate()
    assert asking.returncode == 0, printed.decode()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_asked_in_one_service_is_the_same_in_all(service: str) -> None:
    part = common(app_of(service).openapi())
    assert part
    assert part == common(app_of(ASKED_FOR_ALL).openapi())


def common(document: Json) -> Json:
    """The part of a document that is the same in all services, with everything it refers to."""
    part = {path: methods for path, methods in document["paths"].items() if re.match(SAME_IN_ALL, path)}
    while referred := set(references(part)) - part.keys():
        part |= {reference: found(document, reference) for reference in referred}
    return part


def preferring(ids: Ids) -> str:
    """Settings that mostly use ids of what there is, and leave wrong requests to chance instead of trying them all."""
    dictionaries = [f"{name} = {{ values = [{json.dumps(value)}] }}" for name, value in ids.items()]
    locations = [(name, f"{location}.{name}") for name in ids for location in ("path", "query", "body")]
    parameters = [f'"{location}" = {{ dictionary = "{name}", probability = {KNOWN} }}' for name, location in locations]
    bounds = ["[phases.coverage]", "unexpected-methods = []", 'generation.mode = "positive"']
    return "\n".join(["[dictionaries]", *dictionaries, "[parameters]", *parameters, *bounds])


async def test_without_a_good_token_nothing_is_answered(settled: Settled, issuer: Issuer) -> None:
    """A bad token is none, or one that is expired, meant for others, or signed by another or by nobody."""
    guarded = [route for route in routes(app_of(settled.name)) if admitted(route)]
    for name, token in bad_tokens(issuer).items():
        for route in guarded:
            path = re.sub(r"{\w+}", str(uuid4()), str(route.path_format))
            for method in route.methods or ():
                answer = await settled.nobody.asks(f"{method} {path}", headers=token)
                assert answer.status_code == 401, f"{name}: {method} {path}"
                assert method == "HEAD" or answer.json()["code"] == "unauthorised", f"{name}: {method} {path}"
                assert answer.headers["WWW-Authenticate"] == "Bearer"


def bad_tokens(issuer: Issuer) -> dict[str, dict[str, str]]:
    """What callers come with who may not come in, each in every role."""
    stranger = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    claims = {
        "iss": issuer.url,
        "aud": "trusted-trader",
        "sub": "mallory",
        "roles": list(ROLES),
        "exp": int(now().timestamp()) + 3_600,
    }
    published = OctKey.import_key(json.dumps(issuer.key.as_dict(private=False)))
    tokens = {
        "another's key": Issuer(issuer.url, stranger).token("mallory", *ROLES, administration="US"),
        "expired": issuer.token("mallory", *ROLES, administration="US", at=now() - timedelta(hours=9)),
        "meant for others": jwt.encode(
            {"alg": "RS256", "kid": issuer.key.kid}, {**claims, "aud": "others"}, issuer.key
        ),
        "signed with what everybody knows": jwt.encode({"alg": "HS256", "kid": issuer.key.kid}, claims, published),
        "signed by nobody": ".".join([*(_part(part) for part in ({"alg": "none"}, claims)), ""]),
    }
    return {"no token": {}, **{name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}}


def _part(content: Json) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def test_whatever_the_document_refers_to_stands_in_it(settled: Settled) -> None:
    assert all(found(settled.document, reference) for reference in set(references(settled.document)))
