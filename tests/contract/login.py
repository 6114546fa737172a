"""Lets schemathesis act as one of the people of the demo.

The demo leaves its people in a JSON list of {"email", "password", "organisation", "roles"}
(CONTRACT_LOGINS); the first with the wanted role (CONTRACT_ROLE) logs in. An access token lives
for minutes only, and a test may end the session, so a new one is fetched all the time.
"""

import json
import os

import requests
import schemathesis

ORIGIN = os.environ["CONTRACT_ORIGIN"]
LOGIN_PATH = "/api/v1/auth/login"


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
        response = requests.post(ORIGIN + LOGIN_PATH, json=credentials, timeout=30)
        response.raise_for_status()
        return response.json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"
