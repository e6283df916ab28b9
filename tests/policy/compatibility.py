"""What a new OpenAPI document would break for the clients of an old one.

Nothing is removed and nothing that is sent becomes harder to send: paths, operations, fields and
enum values stay, limits do not tighten, no input becomes required, and what is answered stays as
certain as it was.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_CEILINGS: Final = ("maximum", "maxLength", "maxItems")
_FLOORS: Final = ("minimum", "minLength", "minItems")
_ACCESS: Final = {"public": 0, "anyone": 0, "browser": 0, "person": 1, "staff": 2, "key": 2}


def breaks(old: Schema, new: Schema) -> list[str]:
    """Every break, said in a sentence; empty when clients of `old` can live with `new`."""
    return sorted(set(_Comparison(old, new).run()))


class _Comparison:
    """Two documents side by side."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._found: list[str] = []
        self._seen: set[tuple[str, str, bool]] = set()

    def run(self) -> list[str]:
        for path, methods in self._old["paths"].items():
            for method, operation in methods.items():
                later = self._new["paths"].get(path, {}).get(method)
                place = f"{method.upper()} {path}"
                if later is None:
                    self._found.append(f"{place} is gone")
                else:
                    self._operation(place, operation, later)
        codes = {"$ref": "#/components/schemas/ProblemCode"}
        self._schema("ProblemCode", codes, codes, sent=False)
        return self._found

    def _operation(self, place: str, old: Schema, new: Schema) -> None:
        if old["operationId"] != new["operationId"]:
            self._found.append(f"{place} has another operationId")
        if _ACCESS[new["x-access"]] > _ACCESS[old["x-access"]]:
            self._found.append(f"{place} is open to fewer callers")
        self._parameters(place, old, new)
        body, later = old.get("requestBody"), new.get("requestBody")
        if later is not None and later.get("required") and not (body or {}).get("required"):
            self._found.append(f"{place} now needs a body")
        self._contents(f"{place}: body", body, later, sent=True)
        for status, answer in old["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in new["responses"]:
                self._found.append(f"{place} no longer answers {status}")
            else:
                self._contents(f"{place}: {status}", answer, new["responses"][status], sent=False)

    def _parameters(self, place: str, old: Schema, new: Schema) -> None:
        before, after = (
            {(one["in"], one["name"]): one for one in operation.get("parameters", ())}
            for operation in (old, new)
        )
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                self._found.append(f"{place}: parameter {key[1]} is now required")
        for key, parameter in before.items():
            if key not in after:
                self._found.append(f"{place}: parameter {key[1]} is gone")
            else:
                where = f"{place}: parameter {key[1]}"
                self._schema(where, parameter["schema"], after[key]["schema"], sent=True)

    def _contents(self, place: str, old: Schema | None, new: Schema | None, *, sent: bool) -> None:
        for media_type, content in ((old or {}).get("content") or {}).items():
            later = ((new or {}).get("content") or {}).get(media_type)
            if later is None:
                self._found.append(f"{place}: {media_type} is gone")
            else:
                self._schema(place, content["schema"], later["schema"], sent=sent)

    def _schema(self, place: str, old: Schema, new: Schema, *, sent: bool) -> None:
        before, after = (_alternatives(schema) for schema in (old, new))
        for key in before.keys() - after.keys():
            if sent or key.startswith("#"):
                self._found.append(f"{place} is no longer {key}")
        for key in after.keys() - before.keys():
            if not sent:
                self._found.append(f"{place} may now be {key}")
        for key in before.keys() & after.keys():
            if key.startswith("#"):
                self._component(key, sent=sent)
            else:
                self._same_type(place, before[key], after[key], sent=sent)

    def _component(self, reference: str, *, sent: bool) -> None:
        name = reference.rpartition("/")[2]
        if ("component", name, sent) in self._seen:
            return
        self._seen.add(("component", name, sent))
        old, new = (document["components"]["schemas"].get(name) for document in (self._old, self._new))
        if old is not None and new is not None:
            self._same_type(name, old, new, sent=sent)

    def _same_type(self, place: str, old: Schema, new: Schema, *, sent: bool) -> None:
        before, after = _values(old), _values(new)
        self._found += [
            f"{place}: value {value} is gone"
            for value in sorted((before or set()) - (after or before or set()))
        ]
        if sent:
            self._tightened(place, old, new)
        required, later = set(old.get("required", ())), set(new.get("required", ()))
        changed = later - required if sent else required - later
        word = "is now required" if sent else "may now be missing"
        properties = old.get("properties", {})
        self._found += [
            f"{place}.{name} {word}" for name in changed if sent or name in new.get("properties", {})
        ]
        for name, schema in properties.items():
            if name not in new.get("properties", {}):
                self._found.append(f"{place}.{name} is gone")
            else:
                self._schema(f"{place}.{name}", schema, new["properties"][name], sent=sent)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                self._schema(f"{place}[]", old[inner], new[inner], sent=sent)

    def _tightened(self, place: str, old: Schema, new: Schema) -> None:
        infinite = float("inf")
        tighter = [name for name in _CEILINGS if new.get(name, infinite) < old.get(name, infinite)]
        tighter += [name for name in _FLOORS if new.get(name, -infinite) > old.get(name, -infinite)]
        tighter += ["pattern"] if new.get("pattern") not in {None, old.get("pattern")} else []
        tighter += ["enum"] if _values(old) is None and _values(new) is not None else []
        self._found += [f"{place}: {name} is tighter" for name in tighter]


def _alternatives(schema: Schema) -> dict[str, Schema]:
    """What a value may be: each alternative by the component it refers to, or by its type."""
    found: dict[str, Schema] = {}
    for one in schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or [schema]:
        found[one.get("$ref") or f"{one.get('type', 'anything')} {one.get('format', '')}".strip()] = one
    return found


def _values(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(value) for value in schema["enum"]} if "enum" in schema else None
