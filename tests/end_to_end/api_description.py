"""What the API's description leaves unsaid of an answer."""


def _whole(schema, document):
    """The schema itself: references followed, `null` left aside, parts put together."""
    if "$ref" in schema:
        return _whole(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    if "oneOf" in schema:
        return _whole(next(one for one in schema["oneOf"] if one != {"type": "null"}), document)
    if "allOf" in schema:
        parts = [_whole(part, document) for part in schema["allOf"]]
        return {"properties": {name: member for part in parts for name, member in part["properties"].items()}}
    return schema


def undescribed(schema, value, document, place="answer"):
    """The places of members that the answer has and the schema does not name. An object without any is open."""
    schema = _whole(schema, document)
    if isinstance(value, list):
        items = schema.get("items")
        return [name for one in value for name in undescribed(items, one, document, f"{place}[]")] if items else []
    every = schema.get("additionalProperties")
    if not isinstance(value, dict) or not ("properties" in schema or isinstance(every, dict)):
        return []
    found = []
    for name, member in value.items():
        described = schema.get("properties", {}).get(name, every if isinstance(every, dict) else None)
        here = f"{place}.{name}"
        found += [here] if described is None else undescribed(described, member, document, here)
    return found
