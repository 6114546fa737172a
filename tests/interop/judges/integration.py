"""A machine comes to a running server as others' libraries do it: Authlib finds the token endpoint, gets a token by
client credentials, checks it with the published keys and calls the API with it; the reference library of Standard
Webhooks verifies what the server sends. Wrong secrets, scopes, keys and bodies have to be refused."""

import json
import os
import queue
import subprocess
import threading
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the server of this judge has no certificate

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from judging import WORK, Judge, version
from standardwebhooks import Webhook, WebhookVerificationError

MINGA = os.environ["INTEROP_MINGA"]
EMAIL, PASSWORD = "operator@minga.example", "a password of a judge"


@contextmanager
def server():
    """A server with an operator, on a database of its own."""
    data = WORK / "data"
    secret = WORK / "password"
    secret.write_text(PASSWORD + "\n")
    subprocess.run(
        [MINGA, "bootstrap", "--data-dir", data, "--email", EMAIL, "--name", "Olga", "--password-file", secret],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    log = (WORK / "server.log").open("w")
    running = subprocess.Popen(
        [MINGA, "serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--webhooks-anywhere"],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        line = running.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"the server did not start; see {log.name}")
        yield line.split()[-1]
    finally:
        running.terminate()
        running.wait(timeout=60)
        log.close()


@contextmanager
def receiver():
    """Where webhooks are sent, and what came."""
    came: queue.Queue = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            came.put((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/", came
    finally:
        listening.shutdown()


class Admin:
    """A person who is logged in."""

    def __init__(self, base: str) -> None:
        self.base = base
        login = requests.post(f"{base}/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=30)
        login.raise_for_status()
        self.headers = {"authorization": f"Bearer {login.json()['access_token']}"}
        self.keys = 0

    def post(self, path: str, body: dict, etag: str = "") -> requests.Response:
        self.keys += 1
        headers = self.headers | {"idempotency-key": f"judge-{self.keys}"}
        if etag:
            headers["if-match"] = etag
        answer = requests.post(f"{self.base}/api/v1{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer


def refused(act, *errors) -> bool:
    """Whether the act is refused, as it should be."""
    try:
        act()
    except errors:
        return True
    return False


def session(client: dict, **changes) -> OAuth2Session:
    named = {"client_id": client["id"], "client_secret": client["client_secret"], **changes}
    return OAuth2Session(named.pop("client_id"), named.pop("client_secret"), **named)


def judge_tokens(judge: Judge, base: str, client: dict) -> None:
    found = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
    metadata = AuthorizationServerMetadata(found)
    metadata.validate()
    judge.check("the metadata keep RFC 8414", metadata["issuer"] == base, found)
    endpoint, keys = metadata["token_endpoint"], jwk.KeySet.import_key_set(
        requests.get(metadata["jwks_uri"], timeout=30).json()
    )
    tokens = {}
    for method in metadata["token_endpoint_auth_methods_supported"]:
        one = session(client, token_endpoint_auth_method=method)
        tokens[method] = one.fetch_token(endpoint, grant_type="client_credentials")
        judge.check(f"a token by {method}", tokens[method]["scope"] == "events:read organisation:read")
    token = tokens["client_secret_basic"]["access_token"]
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    claims = decoded.claims
    wanted = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": base},
        aud={"essential": True, "value": "minga-api"},
        client_id={"essential": True, "value": client["id"]},
        exp={"essential": True},
    )
    wanted.validate(claims)
    judge.check("the token is at+jwt of RFC 9068 under a published key", decoded.header["typ"] == "at+jwt", decoded.header)
    head, body, signature = token.split(".")
    twin = ".".join([head, body, signature[:-4] + ("AAAA" if signature[-4:] != "AAAA" else "BBBB")])
    judge.check("a token with another signature is refused", refused(lambda: jwt.decode(twin, keys, algorithms=["ES256"]), JoseError))
    other = jwk.KeySet([jwk.ECKey.generate_key("P-256", {"kid": decoded.header["kid"]})])
    judge.check("and so is one under another key", refused(lambda: jwt.decode(token, other, algorithms=["ES256"]), JoseError))
    server_refuses = requests.get(f"{base}/api/v1/changes", headers={"authorization": f"Bearer {twin}"}, timeout=30)
    judge.check("the server refuses it too", server_refuses.status_code == 401)
    calls = session(client, token=tokens["client_secret_basic"])
    judge.check("the token opens what its scope names", calls.get(f"{base}/api/v1/changes").status_code == 200)
    lacking = calls.get(f"{base}/api/v1/orders")
    challenge = lacking.headers.get("www-authenticate", "")
    judge.check(
        "and nothing else",
        lacking.status_code == 403 and 'error="insufficient_scope"' in challenge and 'scope="orders:read"' in challenge,
        (lacking.status_code, challenge),
    )

    def ask(**changes):
        scope = changes.pop("scope", None)
        return lambda: session(client, **changes, scope=scope).fetch_token(endpoint, grant_type="client_credentials")

    judge.check("a wrong secret gets no token", refused(ask(client_secret="wrong"), OAuthError))
    judge.check("nor does a scope that the machine lacks", refused(ask(scope="orders:write"), OAuthError))


def judge_webhooks(judge: Judge, admin: Admin) -> None:
    with receiver() as (url, came):
        made = admin.post("/webhooks", {"url": url, "event_types": ["client.*"], "enabled": True})
        secret = made.json()["secret"]
        # An event of its own kind, made by an act.
        register(admin, ["events:read"])
        headers, body = came.get(timeout=60)
        event = Webhook(secret).verify(body, headers)
        judge.check("an event is signed and verified", event["type"] == "client.registered", event)
        judge.check("with the three parts of the specification", set(event) == {"type", "timestamp", "data"}, event)

        def verify(by=secret, what=body, told=headers):
            return lambda: Webhook(by).verify(what, told)

        changed = body.replace(b"client.registered", b"client.registereD")
        judge.check("a changed body is refused", changed != body and refused(verify(what=changed), WebhookVerificationError))
        late = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
        judge.check("a changed time is refused", refused(verify(told=late), WebhookVerificationError))
        again = headers | {"webhook-id": "another"}
        judge.check("a changed id is refused", refused(verify(told=again), WebhookVerificationError))
        path = f"/webhooks/{made.json()['id']}"
        rotated = admin.post(f"{path}/rotate-secret", {"overlap_hours": 1}, made.headers["etag"])
        admin.post(f"{path}/ping", {})
        headers, body = came.get(timeout=60)
        both = [Webhook(one).verify(body, headers) for one in (secret, rotated.json()["secret"])]
        judge.check("old and new secrets verify while they overlap", both[0]["type"] == "webhook.ping", both)
        other = "whsec_" + "A" * 43 + "="
        judge.check("and no other", refused(verify(other, body, headers), WebhookVerificationError))


def register(admin: Admin, scopes: list[str]) -> dict:
    until = (date.today() + timedelta(days=30)).isoformat()
    body = {"name": "A judge", "scopes": scopes, "roles": [], "expires_on": until}
    return json.loads(admin.post("/clients", body).text)


def main() -> None:
    name = f"integration ({version('Authlib', 'joserfc', 'standardwebhooks')})"
    with Judge(name) as judge, server() as base:
        admin = Admin(base)
        judge_tokens(judge, base, register(admin, ["events:read", "organisation:read"]))
        judge_webhooks(judge, admin)


main()
