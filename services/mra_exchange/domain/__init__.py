"""What mra_exchange decides: who may know what of a member."""
