"""Reports of mail servers that a message came back (RFC 3464)."""


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
