"""The kit of every page: addresses, words, templates, forms. A page belongs to the service that owns its data."""
