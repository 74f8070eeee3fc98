"""Three invented companies on their ways into the programme, played through the HTTP APIs by everybody whom they meet."""
