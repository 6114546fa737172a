"""A letter that a server signs (DKIM) and hands to OpenSMTPD is verified by dkimpy when it arrives, with the key that
would be in the DNS; with one byte changed, or under another key, it is refused.

TEST_SMTP_URL and TEST_SMTP_MAILDIR say where the mail server is (`scripts/with-services`).
"""

import base64
import os
import subprocess
import time
import uuid
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path

import dkim
import requests
from judging import WORK, Judge, version
from serving import run, serving

EMAIL, PASSWORD = "operator@minga.example", "a password of a judge"
SELECTOR, DOMAIN = "minga", "minga.example"
ARRIVED = Path(os.environ["TEST_SMTP_MAILDIR"]) / "new"
PATIENCE_SECONDS = 60


def new_key(path: Path) -> bytes:
    """Writes a private key as a server takes it; gives the record that would be in the DNS."""
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", path, "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public.stdout)


def invited(base: str, address: str) -> None:
    """Invites somebody, which sends a letter."""
    login = requests.post(f"{base}/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=30)
    login.raise_for_status()
    until = (date.today() + timedelta(days=30)).isoformat()
    headers = {"authorization": f"Bearer {login.json()['access_token']}", "idempotency-key": address}
    body = {"email": address, "roles": ["admin"], "mandate_expires_on": until}
    requests.post(f"{base}/api/v1/invitations", json=body, headers=headers, timeout=30).raise_for_status()


def letter_to(address: str) -> bytes:
    """The letter, as the mail server delivered it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for path in ARRIVED.glob("*"):
            raw = path.read_bytes()
            if message_from_bytes(raw)["to"].strip("<>") == address:
                return raw
        time.sleep(0.2)
    raise SystemExit(f"no letter to {address} arrived in {ARRIVED}")


def verified(raw: bytes, record: bytes) -> bool:
    asked = f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
    return dkim.verify(raw, dnsfunc=lambda name, **_: record if name == asked else None)


def changed(raw: bytes, at: int) -> bytes:
    """The letter with one byte changed."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def main() -> None:
    data = WORK / "data"
    data.mkdir()
    key, password = WORK / "dkim.pem", WORK / "password"
    record, other = new_key(key), new_key(WORK / "other.pem")
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    run("bootstrap", "--data-dir", data, "--email", EMAIL, "--name", "Olga", "--password-file", password)
    address = f"letter-{uuid.uuid4()}@inbox.test"
    flags = ["--smtp-url", os.environ["TEST_SMTP_URL"], "--mail-from", f"minga@{DOMAIN}"]
    with serving(data, *flags, "--dkim", f"{SELECTOR}:{DOMAIN}:{key}") as base:
        invited(base, address)
        raw = letter_to(address)
    with Judge(version("dkimpy")) as judge:
        judge.check("a signed letter came through the mail server", b"DKIM-Signature:" in raw and b"Received:" in raw)
        judge.check("its signature is right", verified(raw, record))
        body = max(raw.find(b"\n\n"), raw.find(b"\r\n\r\n"))
        letters = [at for at in range(body, len(raw)) if chr(raw[at]).isalpha()]
        judge.check("with one byte of the text changed it is not", not verified(changed(raw, letters[0]), record))
        subject = raw.index(b"\nSubject: ") + len(b"\nSubject: ")
        judge.check("nor with one of the subject", not verified(changed(raw, subject), record))
        judge.check("nor under another key", not verified(raw, other))
        sent = raw[: raw.index(b"DKIM-Signature:")] + b"X-Dropped:" + raw[raw.index(b"DKIM-Signature:") + 15 :]
        judge.check("nor without its signature", not verified(sent, record))


if __name__ == "__main__":
    main()
