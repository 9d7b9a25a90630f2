"""A person's own channel, by Apprise: which there are, and that none leads to where nobody allowed it."""

from collections.abc import Collection
from typing import Any

from coord.refusal import Refused

LONGEST = 1_000
WITHIN = 20.0  # seconds that a channel has to take a message
EXAMPLE = "ntfy://my-topic"

# What Apprise calls a channel (schema) → its name for people. Only what sends text to people: nothing that runs
# commands, writes to this machine or calls any address at will.
NAMES = {
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "tgram": "Telegram",
    "slack": "Slack",
    "workflow": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "gchat": "Google Chat",
    "wxteams": "Webex",
    "webex": "Webex",
    "discord": "Discord",
    "pover": "Pushover",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
}
# These lie on a server that the address names: one that everybody may use, or one that an administrator listed.
_ON_SERVERS = frozenset({"ntfy", "ntfys", "matrix", "matrixs", "mmost", "mmosts", "rocket", "rockets"})
_FOR_EVERYBODY = frozenset({"ntfy.sh", "matrix.org"})
_OF_TEAMS = (".logic.azure.com", ".api.powerplatform.com")
_USUAL_PORTS = (None, 80, 443)

# Options in an address that change nothing but the message, and those that some channels can't do without.
_OPTIONS = frozenset({"priority", "tags", "topic", "thread", "channel", "silent", "key", "token"})
_SIGNATURE = frozenset({"api-version", "ver", "sp", "sv", "sig", "pa"})
_OF_SCHEMA = dict.fromkeys(("workflow", "workflows"), _SIGNATURE) | dict.fromkeys(
    ("ntfy", "ntfys"), frozenset({"mode"})
)


def opened(address: str, servers: Collection[str]) -> Any:
    """The channel of an address, as Apprise has it. Raises Refused for one that may not be used."""
    parts = _parts(address)
    schema, plugin = parts["schema"], _plugin(parts)
    if plugin is None or not address.partition("://")[2].strip("/ "):
        raise Refused("This address is not complete. Look at how {channel} gives it.", channel=NAMES[schema])
    host = str(getattr(plugin, "host", "") or "").lower()
    if schema.startswith("workflow"):
        if not host.endswith(_OF_TEAMS) or plugin.port not in _USUAL_PORTS:
            raise Refused(
                "This address is not complete. Look at how {channel} gives it.", channel=NAMES[schema]
            )
    elif schema in _ON_SERVERS and getattr(plugin, "mode", "") != "cloud":
        _must_be_listed(host, plugin.port, _FOR_EVERYBODY | set(servers))
    return plugin


def send(address: str, subject: str, text: str, servers: Collection[str]) -> None:
    """Write to a channel. Raises Refused, with a sentence, where it was not taken."""
    import apprise

    channel = apprise.Apprise(asset=_asset())
    channel.add(opened(address, servers))
    if not channel.notify(title=subject, body=text, body_format=apprise.NotifyFormat.TEXT):
        raise Refused(
            "{channel} did not take the message. Check the channel's address.", channel=name(address)
        )


def name(address: str) -> str:
    """What the channel of an address is called."""
    return NAMES[_parts(address)["schema"]]


def masked(address: str) -> str:
    """A channel's address as its owner recognises it, and nobody can use it."""
    return f"{name(address)} ····{address[-3:]}"


def _asset() -> Any:
    import apprise

    return apprise.AppriseAsset(
        app_id="Coord",
        app_desc="Coord",
        app_url="",
        async_mode=False,
        http_redirects=False,  # a server that is allowed could lead on to one that is not
        allow_templates=False,  # they are files of this machine
        storage_mode="memory",
        service_timeout=WITHIN,
    )


def _parts(address: str) -> dict[str, Any]:
    from apprise.plugins import url_to_dict

    schema = address.partition(":")[0].lower()
    parts: Any = url_to_dict(address) if schema in NAMES or schema == "https" else None  # type: ignore[no-untyped-call]
    if not parts or parts.get("schema") not in NAMES:
        raise Refused(
            "Coord can't write there. It knows {channels}, and takes the address as Apprise has it: {example}",
            channels=", ".join(dict.fromkeys(NAMES.values())),
            example=EXAMPLE,
        )
    allowed = _OPTIONS | _OF_SCHEMA.get(parts["schema"], frozenset())
    options = [*parts.get("qsd", {}), *(o for kind in "+-:" for o in parts.get(f"qsd{kind}", {}))]
    if extra := sorted(set(options) - allowed):
        raise Refused("Leave this out of the address: {options}", options=", ".join(extra)[:100])
    return dict(parts)


def _plugin(parts: dict[str, Any]) -> Any:
    import apprise

    return apprise.Apprise.instantiate({**parts, "asset": _asset()}, suppress_exceptions=True)


def _must_be_listed(host: str, port: int | None, servers: Collection[str]) -> None:
    if host in servers and port in _USUAL_PORTS:
        return
    if f"{host}:{port}" not in servers:
        server = f"{host}:{port}" if port else host
        raise Refused("Your administrators have not listed the server {server}. Ask them to, under Company.",
                      server=server)  # fmt: skip
