"""The page /docs, for client developers: its scripts are our own, for people paste tokens there."""

from html import escape
from importlib.resources import files
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, Response

ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
START = """SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", docExpansion: "none", filter: true})"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Asset = Literal["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "start.js"]


def docs_router(title: str) -> APIRouter:
    """The page and its assets, which load nothing from anywhere else."""
    router, policy = APIRouter(include_in_schema=False), {"Content-Security-Policy": CSP}

    @router.get("/docs")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGE.format(title=escape(title)), headers=policy)

    @router.get("/docs/{asset}")
    async def asset(asset: Annotated[Asset, Path()]) -> Response:
        if asset == "start.js":
            return Response(START, media_type="text/javascript", headers=policy)
        content = (files("fastapi_swagger.resources") / asset).read_bytes()
        return Response(content, media_type=ASSETS[asset], headers=policy)

    return router
