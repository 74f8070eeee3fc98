"""One invented company on its way into the programme, played through the HTTP APIs by everybody whom it meets."""
