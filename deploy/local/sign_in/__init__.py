"""Signing in at the local issuer with a browser (OpenID Connect, code flow): everybody may be anybody here."""
