"""The published language: one module per publisher; data and pure functions only."""
