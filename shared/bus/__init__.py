"""The bus: consumer and inbox on one side, relay and publishers on the other; messages, parking, replay."""
