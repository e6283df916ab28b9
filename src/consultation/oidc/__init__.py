"""Signing in at identity providers: OpenID Connect Core 1.0 with the authorisation code and PKCE.

The protocol's parts are Authlib's and joserfc's; they are loaded with the first sign-in.
"""

from consultation.oidc.client import OpenIdConnect

__all__ = ["OpenIdConnect"]
