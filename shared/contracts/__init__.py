"""The published language: one module per owner. Nothing here acts."""
