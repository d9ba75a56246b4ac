"""The API's own document: OpenAPI 3.1, from the routes and the types of the commands.

Nothing is written twice: paths come from `routes`, arguments and answers from the
types, sentences from docstrings, examples of fields from where they are refused.
"""

import json
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from msgspec import inspect

from node.api import arguments, lists
from node.api.faults import TITLES
from node.api.routes import EXCLUDED, PREFIX, Route
from node.commands import typed
from node.commands.forms import FORMS
from node.commands.tokens import SCOPES
from node.exchange.sheets.reading import Problem as CellProblem
from node.store.token_tables import ANSWER_BYTES, ANSWERS, KEYS_KEPT_MS
from node.views.feed import ChangeRow
from node.web.problems import MEDIA_TYPE

Object = dict[str, object]
VERSION: Final = "1.0.0"
_JSON: Final = "application/json"
_REF: Final = "#/components/schemas/{name}"
_ABOUT: Final = """\
What a worker co-op's node can be asked by other programs: the same commands as on its
command line, with the same words.

Make a token at the node: `wortley token create --name NAME --scope read`, and send it
as `Authorization: Bearer …`. A token that may read makes others for less, which end
with it (`POST /api/v1/tokens`). A list comes in pages: pass `next` as `cursor`. Lists
that take `before` go from the oldest on, and with `before=now` from the newest back;
within a page the newest stands last.

What is done twice by mistake (a request whose answer was lost) happens once if both
carry the same `Idempotency-Key`, where that is a parameter: for {days} days the second
is given the first answer again. A request that is refused and changes nothing leaves
the key free, and so does a dry run. Of files that were taken in, the last {answers}
answers of up to {kib} KiB are kept; where it is not, 409 says that the file was taken.

What goes wrong is answered as a problem (RFC 9457) with a code, the field, what was
expected, an example and a way out. Fields may be added to answers at any time; none is
taken away or changes its meaning within version 1.
"""
_DAY_MS: Final = 24 * 3600 * 1000
_SCOPES: Final = {
    "read": "everything that a member may see",
    "write": "publishing in the co-op's name",
    "admin": "all of it, and what else the command line can do",
    "feed": "what happened, and nothing else",
    "subscribe": "the calendar and the feed of leads, and nothing else",
}
#: Statuses that any request may be answered with, and those of writing ones alone.
_ALWAYS: Final = (400, 401, 403, 404, 409, 421, 429, 500, 503)
_POSTS: Final = (413, 415)
_RETRY: Final = frozenset({429, 503})


class ProblemBody(msgspec.Struct, kw_only=True):
    """A problem as RFC 9457 has it. `code` is stable; the sentences may get better.

    `field`: the argument that is wrong; `expected`: what belongs there; `example`: one
    that would do; `way_out`: what helps; `problems`: the cells of a table that
    are wrong.
    """

    type: str
    code: str
    title: str
    status: int
    way_out: str
    detail: str | msgspec.UnsetType = msgspec.UNSET
    field: str | msgspec.UnsetType = msgspec.UNSET
    expected: str | msgspec.UnsetType = msgspec.UNSET
    example: str | msgspec.UnsetType = msgspec.UNSET
    scope: str | msgspec.UnsetType = msgspec.UNSET
    problems: list[CellProblem] | msgspec.UnsetType = msgspec.UNSET


class _Schemas:
    """The schemas of all types together: alone, two of one name would both get it."""

    def __init__(self, routes: Sequence[Route]) -> None:
        results = [one.command.result for one in routes if one.file is None]
        kinds: list[type[msgspec.Struct]] = [*results, ProblemBody, ChangeRow]
        args = [one.command.args for one in routes]
        refs, schemas = msgspec.json.schema_components(
            [*kinds, *args], ref_template=_REF
        )
        plain = cast("list[Object]", _cleaned(refs))
        self._all = cast("dict[str, Object]", _cleaned(schemas))
        self._refs = dict(zip([*kinds, *args], plain, strict=True))
        # What goes in stands at each operation, without what is in path and headers.
        inside = {self._name(one) for one in args} - {self._name(one) for one in kinds}
        self.shown = {
            name: one for name, one in self._all.items() if name not in inside
        }

    def _name(self, kind: type[msgspec.Struct]) -> str:
        return str(self._refs[kind]["$ref"]).rpartition("/")[2]

    def ref(self, kind: type[msgspec.Struct]) -> Object:
        """Refer to a type."""
        return self._refs[kind]

    def fields(self, route: Route) -> tuple[dict[str, Object], list[str]]:
        """Give the schemas of what is not in the path or a header, and what must be."""
        whole = self._all[self._name(route.command.args)]
        properties = cast("dict[str, Object]", whole.get("properties", {}))
        required = cast("list[str]", whole.get("required", []))
        hidden = route.hidden
        return (
            {name: one for name, one in properties.items() if name not in hidden},
            [name for name in required if name not in hidden],
        )


def write(routes: Sequence[Route]) -> bytes:
    """Write the document as JSON."""
    return json.dumps(describe(routes), ensure_ascii=False).encode()


def describe(routes: Sequence[Route]) -> Object:
    """Give the document as JSON data."""
    schemas = _Schemas(routes)
    paths: dict[str, Object] = {}
    for one in routes:
        operation = _operation(one, schemas)
        paths.setdefault(one.path, {})[one.method.lower()] = operation
    paths[f"{PREFIX}/openapi.json"] = {"get": _itself()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wortley",
            "version": VERSION,
            "description": _about_all(),
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/", "description": "This node."}],
        "tags": [
            {"name": name} for name in dict.fromkeys(one.family for one in routes)
        ],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {"event": {"post": _webhook(schemas)}},
        "components": {
            "schemas": schemas.shown,
            "responses": {str(status): _problem(status, schemas) for status in TITLES},
            "securitySchemes": {"token": _security(), "link": _LINK},
        },
    }


def _about_all() -> str:
    """Say what holds everywhere, what is not asked for here, and why."""
    about = _ABOUT.format(
        days=KEYS_KEPT_MS // _DAY_MS, kib=ANSWER_BYTES // 1024, answers=ANSWERS
    )
    lines = [f"- `{name}`: {why}" for name, why in EXCLUDED.items()]
    return about + "\n".join(["\nAt the node alone:\n", *lines, ""])


def _security() -> Object:
    scopes = "; ".join(f"`{name}`: {_SCOPES[name]}" for name in SCOPES)
    return {
        "type": "http",
        "scheme": "bearer",
        "description": f"Made by `wortley token create`. Scopes: {scopes}.",
    }


def _operation(route: Route, schemas: _Schemas) -> Object:
    answer = _answer(route, schemas)
    about = _about(route.command.args)
    statuses = [*_ALWAYS]
    responses: dict[str, object] = {"200": answer}
    found: Object = {
        "operationId": route.name,
        "summary": route.command.says,
        "description": f"{about}\n\nScope: `{route.scope}`.".strip(),
        "tags": [route.family],
        "security": _opened(route),
        "x-command": route.name,
        "x-scope": route.scope,
    }
    parameters = _path_parameters(route)
    if route.method == "GET":
        parameters += [*_query_parameters(route, schemas), _IF_NONE_MATCH]
        answer["headers"] = _TAGS if route.file is None else _TAGS | _NAMED
        responses["304"] = {"description": "As it was.", "headers": _TAGS}
        statuses.append(410)
    else:
        statuses += [*_POSTS, *((422,) if route.publishes else ())]
        parameters += [_KEY] if route.publishes else []
        parameters += _query_parameters(route, schemas) if route.taken else []
        found["requestBody"] = _body(route, schemas)
    for status in sorted(statuses):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return found | {"parameters": parameters, "responses": responses}


def _about(kind: type[msgspec.Struct]) -> str:
    lines = [line.strip() for line in (kind.__doc__ or "").strip().splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    return "\n\n".join(" ".join(one.split("\n")) for one in paragraphs)


# --- what goes in -------------------------------------------------------------------


def _path_parameters(route: Route) -> list[Object]:
    if route.named is None:
        return []
    schema: Object = {"type": "string", "minLength": 1}
    about = "Its id, or the beginning of it."
    file = route.file or route.taken
    if file is not None and file.places:
        schema, about = {"enum": [*file.places]}, "Which one."
    found: Object = {"name": route.named, "in": "path", "required": True}
    return [found | {"description": about, "schema": schema}]


def _query_parameters(route: Route, schemas: _Schemas) -> list[Object]:
    properties, required = schemas.fields(route)
    found: list[Object] = []
    for name, form in arguments.forms(route.command.args).items():
        if name in route.hidden or form == "nested":
            continue
        schema = _without_null(properties[name])
        one: Object = {"name": name, "in": "query", "schema": schema}
        if name in required:
            one["required"] = True
        if form == "texts":
            one |= {"style": "form", "explode": True}
        if name in FORMS:
            one["description"] = FORMS[name][0]
        found.append(one)
    if route.taken is None and lists.fields_of(route.command.result):
        found += [_LIMIT, _CURSOR]
    return found


def _without_null(schema: object) -> object:
    """Take null out: a query has none, what may be missing is left out."""
    if not isinstance(schema, dict) or "anyOf" not in schema:
        return schema
    several = [one for one in schema["anyOf"] if one != {"type": "null"}]
    rest = {key: one for key, one in schema.items() if key not in ("anyOf", "default")}
    return rest | (several[0] if len(several) == 1 else {"anyOf": several})


def _body(route: Route, schemas: _Schemas) -> Object:
    if route.taken is not None:
        json_ = route.taken.media == _JSON
        kind: Object = {"schema": {"type": "object" if json_ else "string"}}
        return {
            "description": f"{route.taken.about} At most {route.taken.most:,} bytes."
            f" {route.taken.larger}".rstrip(),
            "required": True,
            "content": {route.taken.media: kind},
        }
    properties, required = schemas.fields(route)
    kinds = typed.fields_of(route.command.args)
    schema: Object = {
        "type": "object",
        "properties": {
            name: one | _hint(name, kinds[name]) for name, one in properties.items()
        },
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    return {
        "required": bool(required),
        "content": {"application/json": {"schema": schema}},
    }


def _hint(name: str, kind: inspect.Type) -> Object:
    """Say what belongs into a field and show it, as its refusal does."""
    if name not in FORMS:
        return {}
    return {
        "description": f"For: {FORMS[name][0]}.",
        "examples": [typed.sample_of(kind, name)],
    }


# --- what comes out -----------------------------------------------------------------


def _opened(route: Route) -> list[Object]:
    ways: list[Object] = [{"token": [route.scope]}]
    return [*ways, {"link": []}] if route.linked else ways


def _answer(route: Route, schemas: _Schemas) -> Object:
    if route.file is not None:
        return {"description": route.file.about, "content": {route.file.media: {}}}
    schema = _schema(route, schemas)
    return {
        "description": _about(route.command.result),
        "content": {"application/json": {"schema": schema}},
    }


def _schema(route: Route, schemas: _Schemas) -> Object:
    whole = schemas.ref(route.command.result)
    if not lists.fields_of(route.command.result) or route.method == "POST":
        return whole
    following = {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "The cursor of the next page; null on the last one.",
    }
    paged = {"type": "object", "properties": {"next": following}, "required": ["next"]}
    return {"allOf": [whole, paged]}


def _problem(status: int, schemas: _Schemas) -> Object:
    found: Object = {
        "description": TITLES[status][1],
        "content": {MEDIA_TYPE: {"schema": schemas.ref(ProblemBody)}},
    }
    if status in _RETRY:
        retry = {"description": "Seconds to wait.", "schema": {"type": "string"}}
        found["headers"] = {"Retry-After": retry}
    return found


def _itself() -> Object:
    return {
        "operationId": "document",
        "summary": "This document.",
        "security": [],
        "parameters": [_IF_NONE_MATCH],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "304": {"description": "As it was.", "headers": _TAGS},
            "421": {"$ref": "#/components/responses/421"},
        },
    }


def _webhook(schemas: _Schemas) -> Object:
    text: Object = {"type": "string"}
    event = schemas.ref(ChangeRow)
    schema: Object = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {
                "type": "string",
                "description": "The kind of the event; `webhook.test`; or `webhook.gap`"
                " where events are missing before this one.",
            },
            "timestamp": {"type": "string"},
            "data": {"anyOf": [event, {"type": "object"}]},
        },
    }
    return {
        "operationId": "webhook",
        "summary": "An event, as a webhook is told of it (Standard Webhooks).",
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": text}
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        ],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": {"description": "Taken; any 2xx will do."},
            "410": {"description": "Nothing is wanted here any more."},
        },
    }


def _cleaned(value: object) -> object:
    """Give schemas names without dots: node.commands.form.Nothing -> form_Nothing."""
    if isinstance(value, dict):
        return {_named(key): _cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    if isinstance(value, str) and value.startswith("#/components/schemas/"):
        head, _, name = value.rpartition("/")
        return f"{head}/{_named(name)}"
    return value


def _named(key: str) -> str:
    return "_".join(key.split(".")[-2:]) if key.startswith("node.") else key


_LINK: Final[Object] = {
    "type": "apiKey",
    "in": "query",
    "name": arguments.TOKEN,
    "description": "A token of the scope `subscribe` alone, for programs that follow an"
    " address and cannot send a header.",
}
_NAMED: Final[Object] = {
    "Content-Disposition": {
        "description": "The name to keep it by.",
        "schema": {"type": "string"},
    }
}
_LIMIT: Final[Object] = {
    "name": "limit",
    "in": "query",
    "description": "Rows of a page.",
    "schema": {
        "type": "integer",
        "minimum": 1,
        "maximum": lists.MOST,
        "default": lists.USUAL,
    },
}
_CURSOR: Final[Object] = {
    "name": "cursor",
    "in": "query",
    "description": "`next` of the page before.",
    "schema": {"type": "string", "maxLength": lists.CURSOR_CHARS},
}
_KEY: Final[Object] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key again gives the first answer again, and nothing is"
    " done twice. It is free again after a refusal that changed nothing.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,128}$"},
}
_IF_NONE_MATCH: Final[Object] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the answer that is held; 304 where it still holds.",
    "schema": {"type": "string", "pattern": '^(W/)?"[0-9a-f]*"$'},
}
_TAGS: Final[Object] = {
    "ETag": {"description": "A weak tag of the answer.", "schema": {"type": "string"}}
}
