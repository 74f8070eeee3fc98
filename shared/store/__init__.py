"""The only importer of the MongoDB driver: documents, journal, parked records, files."""
