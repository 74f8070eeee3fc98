"""Topics, users and ACLs as code."""
