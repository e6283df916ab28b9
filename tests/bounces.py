"""Reports of mail servers that a message came back (RFC 3464, RFC 6533)."""


def bounce(message_id: str, address: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """The report about one message to one address."""
    return f"""\
From: MAILER-DAEMON@mail.test
To: consultation@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Something

--b--
""".encode()


def global_bounce(message_id: str, recipient: str) -> bytes:
    """The report about one message to an international address: `recipient` is its type and the address.

    Another recipient, before this one, only has to wait.
    """
    return f"""\
From: MAILER-DAEMON@mail.test
To: consultation@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="b"

--b
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: 8bit

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; other@mail.test
Action: delayed
Status: 4.4.1

Original-Recipient: {recipient}
Action: failed
Status: 5.1.1

--b
Content-Type: message/global-headers
Content-Transfer-Encoding: 8bit

Message-ID: {message_id}
Subject: Arbres, très grands

--b--
""".encode()
