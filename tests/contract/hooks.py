"""Lets schemathesis act as one of the people of the demo, on what that person can see.

The demo leaves its people in a JSON list of {"email", "password", "organisation", "roles"}
(CONTRACT_LOGINS); the first with the wanted role (CONTRACT_ROLE) logs in. An access token lives
for minutes only, and a test may end the session, so a new one is fetched all the time.

Made-up ids lead nowhere, so well-formed ones are replaced by ids of the list that the path names,
and an If-Match that was sent at all by the ETag of what the path names.
"""

import json
import os
import uuid
from functools import lru_cache

import requests
import schemathesis

ORIGIN = os.environ["CONTRACT_ORIGIN"]
LOGIN_PATH = "/api/v1/auth/login"
# A person without a mandate can do nothing more in this run.
LEFT_ALONE = {"/api/v1/mandates/{id}/recall"}
TIMEOUT_SECONDS = 30


def person() -> dict:
    with open(os.environ["CONTRACT_LOGINS"], encoding="utf-8") as file:
        people = json.load(file)
    role = os.environ["CONTRACT_ROLE"]
    for someone in people:
        if role in someone["roles"]:
            return someone
    raise LookupError(f"nobody in the demo's logins is a {role}")


@schemathesis.auth(refresh_interval=60)
class Login:
    def get(self, case, context):
        someone = person()
        credentials = {"email": someone["email"], "password": someone["password"]}
        response = requests.post(ORIGIN + LOGIN_PATH, json=credentials, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return response.json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def read(path: str, token: str) -> requests.Response:
    return requests.get(ORIGIN + path, headers={"Authorization": token}, timeout=TIMEOUT_SECONDS)


@lru_cache(maxsize=None)
def listed(path: str, token: str) -> tuple[str, ...]:
    """The ids in a list, none where there is no such list for this person."""
    response = read(path + "?limit=100", token)
    items = response.json().get("items", []) if response.status_code == 200 else []
    return tuple(item["id"] for item in items if "id" in item)


def is_id(text: object) -> bool:
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text
    except ValueError:
        return False


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    token = case.headers.get("Authorization") if case.headers else None
    if not case.path_parameters or path in LEFT_ALONE or not isinstance(token, str):
        return
    known = ""
    resource = None
    for part in path.strip("/").split("/"):
        if part.startswith("{"):
            name = part.strip("{}")
            value = case.path_parameters.get(name)
            if not is_id(value):
                return
            ids = listed(known, token)
            if ids:
                value = ids[uuid.UUID(value).int % len(ids)]
                case.path_parameters[name] = value
            part = value
            resource = f"{known}/{part}"
        known = f"{known}/{part}"
    if resource and "If-Match" in case.headers:
        etag = read(resource, token).headers.get("ETag")
        if etag:
            case.headers["If-Match"] = etag
